import { parseReference, repositoryOf } from '../../images/reference.ts';
import type { ContentStore, StoreRoot } from '../../images/types.ts';
import type { MirrorImage } from '../types.ts';
import { withoutSet } from './by-set.ts';
import { annotationsOf, imageOf } from './images.ts';

/** Source and tag without the digest: what people call the image. Undefined for one that has no tag. */
function calledAs({ name, target }: Pick<MirrorImage, 'name' | 'target'>): string | undefined {
  const reference = parseReference(name);
  if (reference.tag === undefined) return undefined;
  return `${repositoryOf(reference)}:${reference.tag} ${target.repository}:${target.tag}`;
}

/**
 * Of images that are one name at different times (its tag moved on, and both digests lie in the store) the last pulled: a tag at a
 * site can name only one.
 */
export function newestOnly(images: readonly MirrorImage[]): MirrorImage[] {
  const newest = new Map<string, MirrorImage>();
  for (const image of images) {
    const key = calledAs(image);
    const other = key === undefined ? undefined : newest.get(key);
    if (key !== undefined && (!other || other.pulledAt < image.pulledAt)) newest.set(key, image);
  }
  return images.filter((image) => {
    const key = calledAs(image);
    return key === undefined || newest.get(key) === image;
  });
}

/**
 * After a set's image came: what the same name meant to this set before is listed no more, so that bundles and pushes do not carry
 * it. Its bytes stay until the store is pruned; where another set means it, it stays whole.
 */
export async function dropSuperseded(store: ContentStore, came: string, set: string): Promise<void> {
  const roots = store.roots();
  const mine = roots.find(({ name }) => name === came);
  const key = mine && calledAs(imageOf(mine) ?? { name: came, target: { repository: '', tag: '' } });
  if (key === undefined) return;
  for (const root of roots) {
    const image = root.name === came ? undefined : imageOf(root);
    if (!image?.sets.includes(set) || calledAs(image) !== key) continue;
    await leave(store, root, image, [set]);
  }
}

/**
 * After a bundle came: what the same names meant before to the sets of its images is listed no more, for the same reason. What was pulled
 * later than the bundle's own stays, unless the bundle was taken to go back to it.
 */
export async function dropSupersededBy(store: ContentStore, came: readonly string[], goBack: boolean): Promise<void> {
  const names = new Set(came);
  const fresh = new Map<string, MirrorImage[]>();
  const before: { root: StoreRoot; image: MirrorImage; key: string }[] = [];
  for (const root of store.roots()) {
    const image = imageOf(root);
    const key = image && calledAs(image);
    if (!image || key === undefined) continue;
    if (names.has(root.name)) fresh.set(key, [...(fresh.get(key) ?? []), image]);
    else before.push({ root, image, key });
  }
  for (const { root, image, key } of before) {
    const over = (fresh.get(key) ?? []).filter(({ pulledAt }) => goBack || image.pulledAt <= pulledAt);
    const left = image.sets.filter((set) => over.some(({ sets }) => sets.includes(set)));
    if (left.length > 0) await leave(store, root, image, left);
  }
}

/** After a set's graph-data image was made: what it was made of before is listed no more, for the same reason. */
export async function dropFormerBases(store: ContentStore, base: string, set: string): Promise<void> {
  for (const root of store.roots()) {
    const image = root.name === base ? undefined : imageOf(root);
    const former = image?.category === 'graph' && image.facts?.['role'] === 'base' && image.sets.includes(set);
    if (image && former) await leave(store, root, image, [set]);
  }
}

/** What it was to these sets alone goes with them; to no other set, it goes itself. */
async function leave(store: ContentStore, root: StoreRoot, image: MirrorImage, sets: string[]): Promise<void> {
  type Rest = ReturnType<typeof withoutSet>;
  const rest = sets.reduce<Rest>((before, set) => before && withoutSet(before, set), image);
  if (!rest) return store.removeRoots([root.name]);
  const { pulledAt } = image;
  await store.setRoot({ ...root, annotations: { ...root.annotations, ...annotationsOf({ ...rest, pulledAt }) } });
}
