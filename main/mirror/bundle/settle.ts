import { type Fault, FaultError } from '../../../shared/fault.ts';
import { readLeftOut, withoutHere } from '../../images/content/left-out.ts';
import { needsOf, startsOf } from '../../images/content/needs.ts';
import type { ContentStore, Digest, StoreRoot } from '../../images/types.ts';
import { baseMissing, segmentsDamaged, segmentsMissing } from './import-rules.ts';
import type { Gap } from './progress.ts';
import type { CheckedSegment } from './segment-check.ts';
import type { Toc, TocBlob } from './toc.ts';

/** What an import came to. */
export interface Settled {
  toc: Toc;
  /** Only `done` may be acknowledged to the sender. */
  state: 'done' | 'waiting' | 'gaps';
  /** Names of the images that are whole here now. */
  images: string[];
  /** Segments to insert next (state `waiting`). */
  missing: string[];
  gaps: Gap[];
  blobsWritten: number;
  bytesWritten: number;
}

interface Settling {
  store: ContentStore;
  toc: Toc;
  segments: readonly CheckedSegment[];
  /** Whether segments that are missing come later. */
  wait: boolean;
  wanted: readonly TocBlob[];
  reached: ReadonlyMap<Digest, number>;
}

/** Lists the images that are whole, says why others are not. */
export async function settle({ store, toc, segments, wait, wanted, reached }: Settling): Promise<Settled> {
  const images: string[] = [];
  const gaps: Gap[] = [];
  const absent = new Map(toc.blobs.filter(({ digest }) => !store.has(digest)).map((blob) => [blob.digest, blob]));
  for (const { needs, ...root } of toc.roots) {
    const lost = needs.flatMap((need) => absent.get(toc.blobs[need]?.digest as Digest) ?? []);
    const fault = lost.length > 0 ? whyLost(toc, lost, segments).fault : await whyNotWhole(store, toc, root);
    if (fault) gaps.push({ name: root.name, fault });
    else images.push(root.name);
  }
  const whole = new Set(images);
  await Promise.all(
    toc.roots
      .filter(({ name }) => whole.has(name))
      .map(({ needs: _, ...root }) => store.setRoot(withoutHere(root, store))),
  );
  const written = wanted.filter(({ digest }) => store.has(digest));
  const needed = wait ? nextSegments(wanted, absent, reached) : [];
  // What is plugged in now need not be asked for; a blob may want it again after the one that is missing.
  const elsewhere = needed.filter((index) => segments.find((each) => each.index === index)?.path === '');
  const waiting = elsewhere.length > 0 ? elsewhere : needed;
  return {
    toc,
    state: waiting.length > 0 ? 'waiting' : gaps.length > 0 ? 'gaps' : 'done',
    images,
    missing: waiting.map((index) => toc.segments[index]?.name ?? ''),
    gaps: waiting.length > 0 ? [] : gaps,
    blobsWritten: written.length,
    bytesWritten: written.reduce((sum, { size }) => sum + size, 0),
  };
}

/** What an image lacks here though the bundle brought its part; one whose base is damaged costs no other image. */
async function whyNotWhole(store: ContentStore, toc: Toc, root: StoreRoot): Promise<Fault | undefined> {
  try {
    const { missing } = await needsOf(store, startsOf(root), undefined, { leftOut: readLeftOut(root) });
    return missing.size > 0 ? baseMissing(toc, [...missing.keys()]).fault : undefined;
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.code === 'store.unplugged') throw error;
    return error.fault;
  }
}

/** Segments with bytes that neither the store nor a partial of it holds yet, ascending. */
function nextSegments(
  wanted: readonly TocBlob[],
  absent: ReadonlyMap<Digest, TocBlob>,
  reached: ReadonlyMap<Digest, number>,
): number[] {
  const needed = new Set<number>();
  for (const { digest, pieces } of wanted) {
    if (!absent.has(digest)) continue;
    let end = 0;
    for (const [segment, , bytes] of pieces) {
      end += bytes;
      if (end > (reached.get(digest) ?? 0)) needed.add(segment);
    }
  }
  return [...needed].sort((a, b) => a - b);
}

function whyLost(toc: Toc, lost: readonly TocBlob[], segments: readonly CheckedSegment[]): FaultError {
  const digests = new Set(lost.map(({ digest }) => digest));
  const indexes = new Set(lost.flatMap(({ pieces }) => pieces.map(([segment]) => segment)));
  const of = (state: string): number[] =>
    segments.filter((each) => each.state === state && indexes.has(each.index)).map(({ index }) => index);
  const damaged = of('damaged');
  if (damaged.length > 0) return segmentsDamaged(toc, damaged, digests);
  const missing = of('missing');
  return missing.length > 0 ? segmentsMissing(toc, missing, digests) : baseMissing(toc, [...digests]);
}
