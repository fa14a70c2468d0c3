import { fault } from '../../../shared/fault.ts';
import { isDigest } from '../digest.ts';
import type { ContentStore, Digest, StoreRoot } from '../types.ts';

/**
 * Annotation of a root that lists, as JSON, the children of its indexes that were left out on purpose (platforms nobody asked for).
 * It travels in bundles. A child that is neither here nor listed is lost.
 */
export const leftOutKey = 'bastion.kmm/left-out';

export const writeLeftOut = (digests: Iterable<Digest>): string => JSON.stringify([...new Set(digests)].sort());

/** What was left out of a root on purpose; undefined where nobody wrote it down (older stores, other tools). */
export function readLeftOut({ annotations }: Pick<StoreRoot, 'annotations'>): Digest[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(annotations[leftOutKey] ?? 'null');
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  return list.filter((one): one is Digest => typeof one === 'string' && isDigest(one));
}

/** A root whose record does not name what is here all the same: that was asked for by somebody, so its loss shall be noticed. */
export function withoutHere(root: StoreRoot, store: Pick<ContentStore, 'has'>): StoreRoot {
  const listed = readLeftOut(root);
  if (!listed?.some((digest) => store.has(digest))) return root;
  const left = writeLeftOut(listed.filter((digest) => !store.has(digest)));
  return { ...root, annotations: { ...root.annotations, [leftOutKey]: left } };
}

/**
 * Whether a child of an index may be absent. Where nobody wrote down what was left out, any may be. `leftOut` as readLeftOut gives it.
 */
export const mayLack = (leftOut: readonly Digest[] | undefined, child: Digest): boolean =>
  leftOut?.includes(child) ?? true;

/** A child that should be here and is not. */
export const childLost = (name: string, child: Digest) =>
  fault(
    'store.incomplete',
    `A part of ${name} is not in the store: ${child}, which its index names and nobody left out.`,
    'Pull its image set again, or import its bundle again: only what is missing comes.',
    { about: [name, child] },
  );
