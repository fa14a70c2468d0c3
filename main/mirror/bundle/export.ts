import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import { syncFolder } from '../../images/content/sync-folder.ts';
import { canonicalJson } from './canonical.ts';
import { type DiskBook, type DiskNotes, turnOf } from './disk-book.ts';
import { bundleDiskFault } from './disk-fault.ts';
import {
  beginFolder,
  checkFolders,
  finishedSegments,
  finishFolder,
  noRoom,
  noteSegment,
  partName,
  placeSegments,
  unfinishedPlan,
} from './export-state.ts';
import type { SigningKey } from './keys.ts';
import { type PlanOptions, planBundle } from './plan.ts';
import type { BundleProgress, Gap } from './progress.ts';
import { hashFromDisk, type ReadFrom } from './read-back.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { signatureOf } from './signature.ts';
import { type Toc, tocLimit } from './toc.ts';

export interface ExportOptions extends PlanOptions {
  /** Folders on mounted disks; each segment goes to the first with room. They must exist. */
  folders: readonly string[];
  key: SigningKey;
  /** Where to remember disks that were taken out. Without it, all disks must be here at once (fault store.full). */
  book?: DiskBook;
  signal?: AbortSignal;
  onProgress?: (progress: BundleProgress) => void;
}

export interface Exported {
  toc: Toc;
  /** The bundle's folder on each disk that holds a part of it; each has the table of contents. */
  paths: string[];
  /** Written by this call; an earlier, interrupted one may have written the rest. */
  bytesWritten: number;
  gaps: Gap[];
  /** Segments (indexes) that want another disk in the same socket; none when the bundle is whole. */
  waiting: number[];
  /** What stands on which disk, where they came one after another. */
  notes: DiskNotes | undefined;
  /** How strong the read-back was, the weakest of all segments. */
  readBack: ReadFrom;
}

/**
 * Writes a bundle. Called again after any interruption with the same `madeAt`, it goes on: finished segments stay as they are. With a
 * `book` the disks may come one after another: what finds room is written, the rest is `waiting` for a call with the next disk.
 * Faults: bundle.noFolder, bundle.empty, bundle.changed, store.full, store.unplugged, store.readOnly, store.damaged (of the source),
 * bundle.readBack (the disk gives back other bytes than it took).
 */
export async function exportBundle(options: ExportOptions): Promise<Exported> {
  // Nothing may be pruned away while it is being packed.
  const release = options.store.hold();
  try {
    return await packBundle(options);
  } finally {
    release();
  }
}

async function packBundle(options: ExportOptions): Promise<Exported> {
  const { store, folders, key, signal, onProgress, book } = options;
  await checkFolders(folders);
  const begun = await book?.read();
  const { plan, gaps } = begun ? await goOnWith(options, begun.toc) : await planOf(options);
  const here = await finishedSegments(folders, plan);
  const finished = new Map(here);
  for (const index of begun?.disks.flatMap(({ segments }) => segments) ?? [])
    if (!here.has(index)) finished.set(index, { folder: '', sha256: begun?.toc.segments[index]?.sha256 ?? '' });
  const { places, lacking } = await placeSegments(folders, plan, finished);
  const first = lacking[0] ?? plan.segments.length;
  // One disk after another: each holds what follows on the one before.
  for (const index of [...places.keys()]) if (index > first) places.delete(index);
  if (lacking.length > 0 && !begun && (!book || places.size === 0)) throw noRoom(folders, plan, finished, lacking);
  const waiting = [...plan.segments.keys()].filter((index) => !finished.has(index) && !places.has(index));
  const used = new Set([...[...here.values()].map(({ folder }) => folder), ...places.values()]);
  if (used.size === 0 && waiting.length === 0) used.add(folders[0] ?? '');
  const paths = new Map<string, string>();
  for (const folder of used) paths.set(folder, await beginFolder(folder, plan));

  const total = plan.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const before = [...finished.keys()].reduce((sum, index) => sum + (plan.segments[index]?.bytes ?? 0), 0);
  const progress: BundleProgress = {
    phase: 'writing',
    segment: '',
    bytes: total,
    bytesDone: before,
    checkBytes: waiting.length > 0 && !begun ? 2 * total : total,
    checkBytesDone: before,
  };
  const tell = (change: Partial<BundleProgress>): void => onProgress?.(Object.assign(progress, change));
  const writer = createSegmentWriter(store, plan, {
    signal,
    onBytes: (bytes) => tell({ bytesDone: progress.bytesDone + bytes }),
  });
  // The table of contents names the hash of every segment, and each disk gets it before it is taken out: so all are hashed first.
  const notes =
    begun ?? (waiting.length > 0 ? { toc: await hashedToc(plan, writer, tell, progress), disks: [] } : undefined);
  const hashes = plan.segments.map(
    (_, index) => notes?.toc.segments[index]?.sha256 ?? finished.get(index)?.sha256 ?? '',
  );
  const turns = new Map(
    notes ? [...used].map((folder) => [folder, turnOf(notes, folder, segmentsAt(here, folder))] as const) : [],
  );
  if (notes) await book?.write(notes);
  let readBack: ReadFrom = 'device';
  for (const [index, folder] of places) {
    signal?.throwIfAborted();
    const path = paths.get(folder) ?? '';
    const name = plan.segments[index]?.name ?? '';
    tell({ phase: 'writing', segment: name });
    const part = join(path, partName(name));
    const sha256 = await writer.write(index, part);
    // What was signed for an earlier disk is what this one must hold.
    if (notes && sha256 !== hashes[index]) throw changed(name);
    tell({ phase: 'checking' });
    try {
      const onBytes = (bytes: number): void => tell({ checkBytesDone: progress.checkBytesDone + bytes });
      const back = await hashFromDisk(part, { signal, onBytes });
      if (back.sha256 !== sha256) {
        await rm(part);
        throw unlike(name, folder);
      }
      readBack = weaker(readBack, back.from);
      await noteSegment(path, index, sha256);
      await rename(part, join(path, name));
      await syncFolder(path);
    } catch (error) {
      throw signal?.aborted ? error : bundleDiskFault(error, folder);
    }
    hashes[index] = sha256;
    turns.get(folder)?.segments.push(index);
    if (notes) await book?.write(notes);
  }

  const segments = plan.segments.map((segment, index) => ({ ...segment, sha256: hashes[index] ?? '' }));
  const toc: Toc = { ...plan, segments };
  const bytes = Buffer.from(`${canonicalJson(toc)}\n`);
  const signature = signatureOf(bytes, key);
  for (const [folder, path] of paths) {
    const sums = [...here, ...[...places].map(([index, at]) => [index, { folder: at }] as const)]
      .filter(([, at]) => at.folder === folder)
      .map(([index]) => `${hashes[index]}  ${segments[index]?.name}\n`);
    await finishFolder(path, bytes, signature, sums.sort(bySegment).join(''));
  }
  const written = [...places.keys()].reduce((sum, index) => sum + (plan.segments[index]?.bytes ?? 0), 0);
  return { toc, paths: [...paths.values()], bytesWritten: written, gaps, readBack, waiting, notes };
}

const segmentsAt = (found: ReadonlyMap<number, { folder: string }>, folder: string): number[] =>
  [...found].flatMap(([index, at]) => (at.folder === folder ? [index] : []));

/** The table of contents with the hashes of segments that are not written yet, read from the store. */
async function hashedToc(
  plan: Toc,
  writer: ReturnType<typeof createSegmentWriter>,
  tell: (change: Partial<BundleProgress>) => void,
  progress: BundleProgress,
): Promise<Toc> {
  const segments: Toc['segments'] = [];
  for (const [index, segment] of plan.segments.entries()) {
    tell({ phase: 'checking', segment: segment.name });
    const onBytes = (bytes: number): void => tell({ checkBytesDone: progress.checkBytesDone + bytes });
    segments.push({ ...segment, sha256: await writer.hash(index, onBytes) });
  }
  return { ...plan, segments };
}

/** The plan whose first disks are written: another one would not fit to them. */
async function goOnWith(options: ExportOptions, toc: Toc): Promise<{ plan: Toc; gaps: Gap[] }> {
  const lost = toc.blobs.find(({ here, digest, size }) => here && options.store.size(digest) !== size);
  if (lost) throw changed(lost.digest);
  const fresh = await planBundle(options);
  const held = new Set(toc.roots.map(({ name }) => name));
  const segments = toc.segments.map((segment) => ({ ...segment, sha256: '' }));
  return { plan: { ...toc, segments }, gaps: fresh.gaps.filter(({ name }) => !held.has(name)) };
}

const changed = (what: string) =>
  fault(
    'bundle.changed',
    `The store changed since the first disk of this bundle was written: ${what} is not what it was.`,
    'Pull the image sets again and resume; or cancel this run, and export anew from the first disk on.',
    { field: 'folder', about: [what] },
  );

/** What to write: the plan that an interrupted run left behind as long as the store still holds its blobs, else a new one. */
async function planOf(options: ExportOptions): Promise<{ plan: Toc; gaps: Gap[] }> {
  const fresh = await planBundle(options);
  if (canonicalJson(fresh.plan).length > tocLimit - 100 * fresh.plan.segments.length) throw tooMuch(fresh.plan);
  const begun = await unfinishedPlan(options.folders, fresh.plan);
  const usable = begun?.blobs.every(({ here, digest, size }) => !here || options.store.size(digest) === size);
  if (!begun || !usable) return fresh;
  const held = new Set(begun.roots.map(({ name }) => name));
  return { plan: begun, gaps: fresh.gaps.filter(({ name }) => !held.has(name)) };
}

/** Check sums are listed as `sha256sum -c` reads them, by segment. */
const bySegment = (a: string, b: string): number => (a.slice(66) < b.slice(66) ? -1 : 1);

const strength: readonly ReadFrom[] = ['cache', 'dropped', 'device'];
const weaker = (a: ReadFrom, b: ReadFrom): ReadFrom => (strength.indexOf(a) < strength.indexOf(b) ? a : b);

const unlike = (segment: string, folder: string) =>
  fault(
    'bundle.readBack',
    `The disk that holds ${folder} gives back other bytes than were written to ${segment}.`,
    'Do not trust this disk: use another one, and export to it.',
    { field: 'folder', about: [segment] },
  );

const tooMuch = (plan: Toc) =>
  fault(
    'bundle.tooLarge',
    `A bundle of ${plan.blobs.length} blobs has a table of contents of more than ${tocLimit} bytes.`,
    'Export fewer image sets at once.',
    { field: 'sets' },
  );
