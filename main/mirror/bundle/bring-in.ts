import { FaultError } from '../../../shared/fault.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import { segmentsDamaged } from './import-rules.ts';
import type { BundleProgress } from './progress.ts';
import type { CheckedSegment } from './segment-check.ts';
import { readPieces } from './segment-reader.ts';
import { blobDescriptor, type Toc, type TocBlob } from './toc.ts';

/** How many blobs are read at once: small ones cost a sync each, which overlaps. */
const parallel = 4;

interface BringIn {
  store: ContentStore;
  signal?: AbortSignal | undefined;
  toc: Toc;
  wanted: readonly TocBlob[];
  segments: readonly CheckedSegment[];
  /** Whether to begin a blob that goes on on a disk that is not here yet. */
  begin: boolean;
  tell: (change: Partial<BundleProgress>) => void;
  progress: BundleProgress;
}

/** Writes what the disks at hand hold. Gives how far (bytes) blobs came whose next piece is on another disk. */
export async function bringIn({
  store,
  toc,
  wanted,
  segments,
  begin,
  signal,
  tell,
  progress,
}: BringIn): Promise<Map<Digest, number>> {
  const paths = new Map(segments.filter(({ path }) => path !== '').map(({ index, path }) => [index, path]));
  const reached = new Map<Digest, number>();
  const queue = wanted
    .filter(({ pieces, size }) => size === 0 || pieces[begin ? 'some' : 'every'](([segment]) => paths.has(segment)))
    [Symbol.iterator]();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const worker = async (): Promise<void> => {
    for (const blob of queue) {
      let at = 0;
      const opened = readPieces(blob, (segment) => paths.get(segment));
      try {
        either.throwIfAborted();
        await store.write(
          blobDescriptor(blob),
          (offset) => {
            tell({ bytesDone: progress.bytesDone + offset - at });
            at = offset;
            return opened(offset);
          },
          {
            signal: either,
            onBytes: (bytes) => {
              at += bytes;
              tell({ bytesDone: progress.bytesDone + bytes });
            },
          },
        );
      } catch (error) {
        const { code } = error instanceof FaultError ? error.fault : { code: '' };
        const split = blob.pieces.some(([segment]) => !paths.has(segment));
        if (split && code === 'store.unplugged') reached.set(blob.digest, at);
        else {
          const told = code === 'registry.digestMismatch' ? unlike(toc, blob, error) : error;
          stop.abort(told);
          throw told;
        }
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: parallel }, worker));
  const failed = workers.find((each) => each.status === 'rejected');
  signal?.throwIfAborted();
  if (failed) throw stop.signal.aborted ? stop.signal.reason : failed.reason;
  return reached;
}

/** The segment had the signed hash a moment ago, so its disk gives different bytes from one reading to the next. */
function unlike(toc: Toc, blob: TocBlob, cause: unknown): FaultError {
  const segments = blob.pieces.map(([segment]) => segment);
  const told = segmentsDamaged(toc, segments, new Set([blob.digest]));
  return new FaultError(told.fault, { cause });
}
