import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { BundleSummary } from '../../../shared/contract/mirror.ts';
import { fault } from '../../../shared/fault.ts';
import { bytesText, countText } from '../../../shared/rules/amount-text.ts';
import type { ContentStore, StoreRoot } from '../../images/types.ts';
import type { BundleRecords } from '../../store/bundles.ts';
import { createDiskBook, type DiskNotes, disksText, segmentsText } from '../bundle/disk-book.ts';
import { exportBundle } from '../bundle/export.ts';
import { summaryOf } from '../bundle/inspect.ts';
import { readInventory } from '../bundle/inventory.ts';
import type { PlanOptions } from '../bundle/plan.ts';
import type { createTrust } from '../bundle/trust.ts';
import { imageOf } from '../content/images.ts';
import { rootsText } from '../content/set-files.ts';
import { alongText } from '../content/unwanted.ts';
import { tellBundle } from './bundle-progress.ts';
import type { RunWorker } from './runner.ts';

/** Writes images of the store onto a disk. Its rows are the images; the bytes are those of segments written and read back. */
export function createExportWorker(deps: {
  content: () => Promise<ContentStore>;
  records: BundleRecords;
  trust: ReturnType<typeof createTrust>;
  madeBy: string;
  clock: Clock;
  /** Names of the store's images that no image set asks for any more. */
  unwanted: () => Promise<string[]>;
  /** Folder for what is remembered of disks that were taken out, one file a run. */
  folder: string;
  /** Whether a run may go on some day. */
  goesOn: (run: string) => boolean;
}): RunWorker {
  const { content, records, trust, madeBy, clock, unwanted, folder, goesOn } = deps;

  /** The book of a run; those of runs that were given up go. */
  async function bookOf(run: string) {
    for (const name of await readdir(folder).catch(() => []))
      if (!goesOn(name.replace(/\.json.*$/, ''))) await createDiskBook(join(folder, name)).clear();
    return createDiskBook(join(folder, `${run}.json`));
  }

  /** What the site has already, and which bundle this one follows. */
  async function known(input: Record<string, unknown>): Promise<Pick<PlanOptions, 'known' | 'base' | 'parent'>> {
    const since = input['since'];
    const site = String(input['site']);
    const parent = records.lastAcknowledged(site)?.id ?? '';
    if (since === 'full') return { base: 'full', parent: '' };
    if (since === 'inventory') {
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
      const book = await bookOf(report.id);
      const folders = [String(input['folder']), ...((input['also'] as string[] | undefined) ?? [])];
      const result = await exportBundle({
        ...{ book, folders, store, roots, madeBy, site: String(input['site']), sets: input['sets'] as string[] },
        ...(await known(input)),
        madeAt: String(input['madeAt']),
        segmentBytes: Number(input['segmentBytes']),
        key: trust.key(),
        signal: report.signal,
        onProgress: tellBundle(report),
      });
      const { toc, paths, gaps, readBack, waiting, notes } = result;
      if (notes && waiting.length > 0) throw nextDisk(notes, waiting, folders, report.id);
      const packed = new Set(toc.roots.map(({ name }) => name));
      for (const { seq, name } of items) {
        const gap = gaps.find((each) => each.name === name);
        if (packed.has(name)) report.done(seq);
        else report.failed(seq, gap ? gap.fault : gone(name));
      }
      const along = alongText([...packed], await unwanted());
      if (along !== '') report.note(along);
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
      await book.clear();
      const images = rootsText(toc.roots.map(({ name }) => name));
      const where = notes ? `${disksText(notes)}.` : paths.join(', ');
      if (toc.segments.length === 0) return `The site has all of it: ${images}, nothing to carry but the list. ${path}`;
      return `${images} in ${countText(toc.segments.length, 'file')} of ${bytesText(summary.bytes)}, ${how}. ${where}`;
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

/** Not a failure: the run is paused until the next disk is in the socket. */
function nextDisk(notes: DiskNotes, waiting: readonly number[], folders: readonly string[], run: string) {
  const { toc } = notes;
  const bytes = (indexes: readonly number[]): string =>
    bytesText(indexes.reduce((sum, index) => sum + (toc.segments[index]?.bytes ?? 0), 0));
  const [next = 0] = waiting;
  const verb = waiting.length === 1 ? 'is' : 'are';
  return fault(
    'bundle.nextDisk',
    `Next disk, please: ${disksText(notes)}; ${folders.join(', ')} has no room for more. ${segmentsText(toc, waiting)} (${bytes(waiting)}) ${verb} still to be written.`,
    `Take the disk out and keep it; plug in another with at least ${bytes([next])} free, and go on: \`cli mirror resume --id ${run} --folders FOLDER\` (without \`--folders\` when it has the same folder).`,
    { field: 'folders', about: waiting.map((index) => toc.segments[index]?.name ?? '') },
  );
}

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
