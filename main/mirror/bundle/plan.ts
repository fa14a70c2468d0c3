import { FaultError, fault, toFault } from '../../../shared/fault.ts';
import { readLeftOut } from '../../images/content/left-out.ts';
import { needsOf, startsOf } from '../../images/content/needs.ts';
import type { ContentStore, Digest, StoreRoot } from '../../images/types.ts';
import { defaultSegmentBytes, layOut, maxSegments, segmentName } from './layout.ts';
import type { Gap } from './progress.ts';
import { isRootName, type Toc, type TocBlob, tocId } from './toc.ts';

export interface PlanOptions {
  store: ContentStore;
  roots: readonly StoreRoot[];
  /** What the site has: those blobs are listed, not carried. */
  known?: { has(digest: Digest): boolean };
  base?: Toc['base'];
  parent?: string;
  /** '' or absent = for any site. */
  site?: string;
  sets?: readonly string[];
  /** ISO 8601 UTC. The same plan at the same time is the same bundle: a run keeps the time it was asked for. */
  madeAt: string;
  madeBy: string;
  segmentBytes?: number;
}

/**
 * The table of contents of a bundle before a byte is written. Blobs of an image lie together, in the order of image names, so that
 * a lost disk costs as few images as possible. An image that is not whole in the store becomes a gap and is left out.
 * Faults: bundle.empty when nothing is left, bundle.tooManySegments.
 */
export async function planBundle(options: PlanOptions): Promise<{ plan: Toc; gaps: Gap[] }> {
  const { store, known } = options;
  const gaps: Gap[] = [];
  const sizes = new Map<Digest, number>();
  const whole: { root: StoreRoot; needs: Digest[] }[] = [];
  const byName = [...options.roots].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const root of byName) {
    try {
      if (!isRootName(root.name)) throw unnamable(root.name);
      const { here, missing } = await needsOf(store, startsOf(root), undefined, { leftOut: readLeftOut(root) });
      if (missing.size > 0) throw incomplete(root.name, [...missing.keys()]);
      for (const digest of [...here.keys()].sort()) sizes.set(digest, here.get(digest) ?? 0);
      whole.push({ root, needs: [...here.keys()] });
    } catch (error) {
      if (error instanceof FaultError && error.fault.code === 'store.unplugged') throw error;
      gaps.push({ name: root.name, fault: toFault(error) });
    }
  }
  if (whole.length === 0) throw empty(gaps);
  const segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
  const digests = [...sizes.keys()];
  const here = digests.map((digest) => known?.has(digest) !== true);
  const laid = layOut(
    digests.map((digest, index) => (here[index] ? (sizes.get(digest) ?? 0) : 0)),
    segmentBytes,
  );
  if (!laid) throw tooMany(segmentBytes);
  const { pieces, segments } = laid;
  const places = new Map(digests.map((digest, index) => [digest, index]));
  const draft: Omit<Toc, 'id'> = {
    schema: 'bastion.kmm/bundle/v1',
    madeAt: options.madeAt,
    madeBy: options.madeBy,
    site: options.site ?? '',
    base: options.base ?? 'full',
    parent: options.parent ?? '',
    sets: [...(options.sets ?? [])].sort(),
    segmentBytes,
    segments: segments.map((bytes, index) => ({ name: segmentName(index), bytes, sha256: '' })),
    blobs: digests.map(
      (digest, index): TocBlob => ({
        digest,
        size: sizes.get(digest) ?? 0,
        here: here[index] === true,
        pieces: pieces[index] ?? [],
      }),
    ),
    roots: whole.map(({ root, needs }) => ({
      name: root.name,
      descriptor: root.descriptor,
      annotations: root.annotations,
      needs: needs.map((digest) => places.get(digest) ?? -1).sort((a, b) => a - b),
    })),
  };
  return { plan: { id: tocId(draft), ...draft }, gaps };
}

const incomplete = (name: string, missing: readonly Digest[]) =>
  fault(
    'store.incomplete',
    `${missing.length} ${missing.length === 1 ? 'blob' : 'blobs'} of ${name} ${missing.length === 1 ? 'is' : 'are'} not in the store.`,
    'Pull the image set again: only what is missing is fetched.',
    { about: [...missing] },
  );

/** Another tool's name for it: whoever reads the bundle would refuse the whole of it. */
const unnamable = (name: string) =>
  fault(
    'bundle.name',
    `"${name.slice(0, 100)}" holds blanks or other signs, or is too long: no bundle can carry an image of this name.`,
    'Give it a name such as host/path:tag in the store.',
    { about: [name.slice(0, 200)] },
  );

const empty = (gaps: readonly Gap[]) =>
  fault(
    'bundle.empty',
    gaps.length === 0 ? 'There is no image to export.' : 'None of the images to export is whole in the store.',
    'Pull the image set first; `cli mirror images` shows what is here.',
    { field: 'sets', about: gaps.map(({ name }) => name) },
  );

const tooMany = (segmentBytes: number) =>
  fault(
    'bundle.tooManySegments',
    `In segments of ${segmentBytes} bytes the bundle would have more than ${maxSegments} of them.`,
    'Choose larger segments: 4187593113 bytes fit on every disk.',
    { field: 'segmentBytes' },
  );
