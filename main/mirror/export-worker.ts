import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { BundleSummary } from '../../shared/contract/mirror.ts';
import { fault } from '../../shared/fault.ts';
import { bytesText, countText } from '../../shared/rules/amount-text.ts';
import type { ContentStore, StoreRoot } from '../images/types.ts';
import type { BundleRecords } from '../store/bundles.ts';
import { exportBundle } from './bundle/export.ts';
import { summaryOf } from './bundle/inspect.ts';
import { readInventory } from './bundle/inventory.ts';
import type { PlanOptions } from './bundle/plan.ts';
import { tellBundle } from './bundle-progress.ts';
import { imageOf } from './images.ts';
import type { RunWorker } from './runner.ts';
import type { createTrust } from './trust.ts';

/** Writes images of the store onto a disk. Its rows are the images; the bytes are those of segments written and read back. */
export function createExportWorker(deps: {
  content: () => Promise<ContentStore>;
  records: BundleRecords;
  trust: ReturnType<typeof createTrust>;
  madeBy: string;
  clock: Clock;
}): RunWorker {
  const { content, records, trust, madeBy, clock } = deps;

  /** What the site has already, and which bundle this one follows. */
  async function known(input: Record<string, unknown>): Promise<Pick<PlanOptions, 'known' | 'base' | 'parent'>> {
    const since = input['since'];
    const site = String(input['site']);
    const parent = records.lastAcknowledged(site)?.id ?? '';
    if (since === 'full') return { base: 'full', parent: '' };
    if (since === 'inventory') {
      if (input['inventory'] === '') {
        throw fault(
          'input.invalid',
          'No inventory is named.',
          'Name the file that came back from the site: `--inventory FILE`.',
          { field: 'inventory' },
        );
      }
      const path = String(input['inventory']);
      const { digests, site: from } = await readInventory(path, trust.trusted());
      if (site !== '' && from !== '' && from !== site) throw otherSite(path, from, site);
      return { known: digests, base: 'inventory', parent };
    }
    const last = records.inventory(site);
    if (!last) {
      throw fault(
        'bundle.notAcknowledged',
        `${site || 'This site'} has not acknowledged any bundle yet.`,
        'Read the inventory that came back from it first (`cli mirror acknowledge --path FILE`), or export everything.',
        { field: 'since' },
      );
    }
    const { digests } = await readInventory(last.path, trust.trusted());
    return { known: digests, base: 'acknowledged', parent };
  }

  return {
    title: ({ place }) => `Bundle to ${place}`,
    async plan(input) {
      const roots = chosen((await content()).roots(), input['sets'] as string[]);
      return { items: roots.map(({ name }) => ({ name })) };
    },
    async work(items, report, input) {
      const store = await content();
      const names = new Set(items.map(({ name }) => name));
      const roots = store.roots().filter(({ name }) => names.has(name));
      const result = await exportBundle({
        ...{ store, roots, madeBy, site: String(input['site']), sets: input['sets'] as string[] },
        ...(await known(input)),
        madeAt: String(input['madeAt']),
        segmentBytes: Number(input['segmentBytes']),
        folders: [String(input['folder']), ...((input['also'] as string[] | undefined) ?? [])],
        key: trust.key(),
        signal: report.signal,
        onProgress: tellBundle(report),
      });
      const { toc, paths, gaps, readBack } = result;
      const packed = new Set(toc.roots.map(({ name }) => name));
      for (const { seq, name } of items) {
        const gap = gaps.find((each) => each.name === name);
        if (packed.has(name)) report.done(seq);
        else report.failed(seq, gap ? gap.fault : gone(name));
      }
      const path = paths[0] ?? '';
      const verdict = { state: 'ours' as const, key: trust.key().id, publicKey: trust.key().publicKey };
      const segments = toc.segments.map((_, index) => ({ index, state: 'present' as const, path: '' }));
      const summary: BundleSummary = summaryOf({ toc, verdict, path }, segments);
      records.put({
        ...{ id: toc.id, direction: 'out', parent: toc.parent, site: toc.site, path },
        ...{ at: isoSeconds(clock.now()), facts_json: JSON.stringify(summary) },
      });
      const how =
        readBack === 'device'
          ? 'read back from the disk'
          : 'read back, perhaps from memory: check it again after the disk was taken out';
      const images = countText(toc.roots.length, 'image');
      if (toc.segments.length === 0) return `The site has all of it: ${images}, nothing to carry but the list. ${path}`;
      return `${images} in ${countText(toc.segments.length, 'file')} of ${bytesText(summary.bytes)}, ${how}. ${paths.join(', ')}`;
    },
  };
}

const otherSite = (path: string, from: string, site: string) =>
  fault(
    'inventory.otherSite',
    `The inventory ${path} is of site ${from}; the bundle is for ${site}.`,
    'Name the inventory that came back from that site, or export everything.',
    { field: 'inventory', about: [from, site] },
  );

/** A pull, or a prune, between the pause of an export and its resume. */
const gone = (name: string) =>
  fault('store.notFound', `${name} left the store before it was packed.`, 'Export again: the bundle lacks it.', {
    about: [name],
  });

/** Roots of the sets, with the files that go with them; everything when no set is named. */
function chosen(roots: readonly StoreRoot[], sets: readonly string[]): StoreRoot[] {
  // A set that was misspelt must not be missed at the site only.
  const strange = sets.filter((set) => !roots.some((root) => imageOf(root)?.sets.includes(set)));
  const mine = roots.filter((root) => {
    if (sets.length === 0) return true;
    const files = /^bastion\.local\/set-files\/([^:]+):/.exec(root.name)?.[1];
    return files === undefined ? imageOf(root)?.sets.some((set) => sets.includes(set)) : sets.includes(files);
  });
  if (mine.length > 0 && strange.length === 0) return mine;
  const there = [...new Set(roots.flatMap((root) => imageOf(root)?.sets ?? []))].sort();
  throw fault(
    'store.empty',
    sets.length === 0 ? 'The store holds no image.' : `The store holds no image of ${strange.join(', ')}.`,
    there.length === 0 ? 'Pull the image sets first.' : `It holds those of ${there.join(', ')}; pull the others first.`,
    { field: 'sets' },
  );
}
