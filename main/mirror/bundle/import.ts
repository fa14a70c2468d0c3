import { fault } from '../../../shared/fault.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import { bringIn } from './bring-in.ts';
import { findBundle } from './found-bundle.ts';
import { baseMissing, checkBundle, type Expectations, segmentsDamaged, segmentsMissing } from './import-rules.ts';
import type { BundleProgress } from './progress.ts';
import { type CheckedSegment, checkSegments } from './segment-check.ts';
import { type Settled, settle } from './settle.ts';
import type { Trusted, Verdict } from './signature.ts';
import { blobsIn, type Toc, type TocBlob } from './toc.ts';

export interface ImportOptions {
  store: ContentStore;
  /** Disks with parts of one bundle; they may come one after another, see `incomplete`. */
  folders: readonly string[];
  trusted: readonly Trusted[];
  expected?: Expectations;
  /**
   * When segments are missing or damaged. `refuse` (default): nothing is written. `wait`: what is here is brought in, the missing
   * ones are named for the next call (damaged ones refuse). `leaveOut`: the images concerned become gaps.
   */
  incomplete?: 'refuse' | 'wait' | 'leaveOut';
  signal?: AbortSignal;
  onProgress?: (progress: BundleProgress) => void;
}

export interface Imported extends Settled {
  verdict: Verdict;
}

/** The store keeps this much of its disk for its own files. */
const keepFree = 64 * 1024 * 1024;

/**
 * Brings a bundle into the store. Signature, expectations and the hash of every segment that is needed are checked before the
 * first byte is written; each blob is hashed once more on its way in; images are listed last. Called again after any interruption
 * it goes on. Faults: those of findBundle and checkBundle, bundle.baseMissing, bundle.missing, bundle.damaged, store.full,
 * store.unplugged.
 */
export async function importBundle(options: ImportOptions): Promise<Imported> {
  const { store, signal, onProgress } = options;
  const mode = options.incomplete ?? 'refuse';
  const found = await findBundle(options.folders, options.trusted);
  checkBundle(found, options.expected ?? {});
  const { toc } = found;
  const lacking = toc.blobs.filter((blob) => !blob.here && store.size(blob.digest) !== blob.size);
  if (lacking.length > 0 && mode !== 'leaveOut')
    throw baseMissing(
      toc,
      lacking.map(({ digest }) => digest),
    );

  const wanted = toc.blobs.filter((blob) => blob.here && !store.has(blob.digest));
  const progress: BundleProgress = {
    phase: 'checking',
    segment: '',
    bytes: wanted.reduce((sum, { size }) => sum + size, 0),
    bytesDone: 0,
    checkBytes: 0,
    checkBytesDone: 0,
  };
  const tell = (change: Partial<BundleProgress>): void => onProgress?.(Object.assign(progress, change));
  const needed = new Set(wanted.flatMap(({ pieces }) => pieces.map(([segment]) => segment)));
  progress.checkBytes = [...needed].reduce((sum, index) => sum + (toc.segments[index]?.bytes ?? 0), 0);
  const segments = await checkSegments(found, {
    hash: true,
    only: needed,
    signal,
    onBytes: (bytes, segment) => tell({ segment, checkBytesDone: progress.checkBytesDone + bytes }),
  });
  refuseIncomplete(toc, segments, wanted, mode);
  checkRoom(store, progress.bytes);

  const release = store.hold();
  try {
    tell({ phase: 'importing', segment: '' });
    const reached = await bringIn({ store, signal, toc, wanted, segments, begin: mode === 'wait', tell, progress });
    const settled = await settle({ store, toc, segments, wait: mode === 'wait', wanted, reached });
    return { ...settled, verdict: found.verdict };
  } finally {
    release();
  }
}

function refuseIncomplete(
  toc: Toc,
  segments: readonly CheckedSegment[],
  wanted: readonly TocBlob[],
  mode: NonNullable<ImportOptions['incomplete']>,
): void {
  const waiting = new Set(wanted.map(({ digest }) => digest));
  const of = (state: string): number[] => segments.filter((each) => each.state === state).map(({ index }) => index);
  const inside = (indexes: readonly number[]): Set<Digest> =>
    new Set([...blobsIn(toc, new Set(indexes))].filter((digest) => waiting.has(digest)));
  const [damaged, missing] = [of('damaged'), of('missing')];
  if (damaged.length > 0 && mode !== 'leaveOut') throw segmentsDamaged(toc, damaged, inside(damaged));
  if (missing.length > 0 && mode === 'refuse') throw segmentsMissing(toc, missing, inside(missing));
}

function checkRoom(store: ContentStore, bytes: number): void {
  const { freeBytes } = store.space();
  const { partialBytes } = store.usage();
  if (bytes === 0 || freeBytes + partialBytes >= bytes + keepFree) return;
  throw fault(
    'store.full',
    `The bundle brings ${bytesText(bytes)}; the disk of the store ${store.root} has ${bytesText(freeBytes)} free, of which ${bytesText(keepFree)} are kept.`,
    'Free some space there (`cli mirror prune` shows what the store can drop), then import again.',
    { about: [store.root] },
  );
}
