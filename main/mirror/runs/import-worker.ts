import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';
import type { ContentStore } from '../../images/types.ts';
import type { BundleRecords } from '../../store/bundles.ts';
import type { Sites } from '../../store/sites.ts';
import { findBundle } from '../bundle/found-bundle.ts';
import { importBundle } from '../bundle/import.ts';
import { type Expectations, isOlder } from '../bundle/import-rules.ts';
import { inspectBundle } from '../bundle/inspect.ts';
import type { createTrust } from '../bundle/trust.ts';
import { imagesIn, rootsText } from '../content/set-files.ts';
import { dropSupersededBy } from '../content/superseded.ts';
import { tellBundle } from './bundle-progress.ts';
import type { RunWorker } from './runner.ts';

/** Brings a bundle into the store. Its rows are the bundle's images. */
export function createImportWorker(deps: {
  content: () => Promise<ContentStore>;
  records: BundleRecords;
  sites: Sites;
  trust: ReturnType<typeof createTrust>;
  clock: Clock;
}): RunWorker {
  const { content, records, sites, trust, clock } = deps;

  function expectations(site: string, anyway: Expectations['anyway']): Expectations {
    const known = sites.all().filter(({ role }) => role === 'site');
    const mine = known.find(({ id, name }) => id === site || name === site) ? site : known[0]?.id;
    const newest = records
      .imported()
      // What came for another site says nothing about this one's; what is for any site counts for all.
      .filter((row) => row.site === site || row.site === '' || site === '')
      .map(({ id, facts_json }) => ({ id, madeAt: (JSON.parse(facts_json) as { madeAt: string }).madeAt }))
      .sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1))[0];
    return { site: mine, newest, anyway };
  }

  return {
    title: ({ place }) => `Import from ${place}`,
    async plan(input) {
      const { toc } = await findBundle(input['folders'] as string[], trust.trusted());
      return { items: toc.roots.map(({ name }) => ({ name })) };
    },
    async work(items, report, input) {
      const store = await content();
      const folders = input['folders'] as string[];
      const { toc } = await findBundle(folders, trust.trusted());
      const expected = expectations(toc.site, input['anyway'] as Expectations['anyway']);
      const result = await importBundle({
        ...{ store, folders, trusted: trust.trusted(), signal: report.signal },
        expected,
        incomplete: input['incomplete'] as 'refuse' | 'wait' | 'leaveOut',
        onProgress: tellBundle(report),
      });
      const goBack = expected.newest !== undefined && isOlder(toc, expected.newest);
      await dropSupersededBy(store, result.images, goBack);
      const whole = new Set(result.images);
      const come = `${imagesIn(result.images)} of ${rootsText(toc.roots.map(({ name }) => name))}`;
      for (const { seq, name } of items) {
        const gap = result.gaps.find((each) => each.name === name);
        if (whole.has(name)) report.done(seq);
        else if (gap) report.failed(seq, gap.fault);
      }
      if (result.state === 'waiting') {
        throw fault(
          'bundle.nextDisk',
          `${come} are here; ${result.missing[0] ?? 'the next file'} is on another disk.`,
          `Insert the disk that holds ${result.missing.slice(0, 3).join(', ')}, then resume; where it has another folder, name that (\`--folders FOLDER\`).`,
          { field: 'folders', about: result.missing },
        );
      }
      const summary = await inspectBundle(folders, { check: false, trusted: trust.trusted() });
      const facts = { ...summary, whole: result.state === 'done' };
      records.put({
        ...{ id: toc.id, direction: 'in', parent: toc.parent, site: toc.site, path: summary.path },
        ...{ at: isoSeconds(clock.now()), facts_json: JSON.stringify(facts) },
      });
      const receipt = facts.whole
        ? 'Write the inventory to carry home: it acknowledges this bundle.'
        : 'The inventory will not acknowledge this bundle before all of it is here.';
      return `${come} are in the store, ${bytesText(result.bytesWritten)} written. ${receipt}`;
    },
  };
}
