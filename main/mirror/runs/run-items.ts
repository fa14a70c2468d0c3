import type { ContentStore, Digest } from '../../images/types.ts';
import type { RebuiltCatalog } from '../catalog/resolve.ts';
import { withSet } from '../content/by-set.ts';
import { annotationsOf, imageOf } from '../content/images.ts';
import type { GraphImage } from '../graph-image/graph-image.ts';
import type { ResolvedSet } from '../image-set/resolve-set.ts';
import type { MirrorImage, WantedImage } from '../types.ts';

/** What one row of a pull stands for, as JSON in the row: enough to go on after the application ended. */
export type PullItem =
  | { kind: 'image'; image: WantedImage; platforms: string[] }
  | { kind: 'catalog'; catalog: RebuiltCatalog; set: string }
  | { kind: 'graph'; graph: GraphImage };

export const pullItems = ({
  set,
  images,
  rebuilt,
  graph,
}: ResolvedSet): { name: string; bytes?: number; wanted: PullItem }[] => [
  ...images.map((image) => ({
    name: image.name,
    wanted: { kind: 'image' as const, image, platforms: set.platforms },
  })),
  ...rebuilt.map((catalog) => ({ name: catalog.name, wanted: { kind: 'catalog' as const, catalog, set: set.name } })),
  ...(graph ? [{ name: graph.name, wanted: { kind: 'graph' as const, graph } }] : []),
];

/** The image a filtered catalog becomes. Clusters name it by CatalogSource, never by a mirror set. */
export const catalogImage = ({ name, target, base, sentence }: RebuiltCatalog): WantedImage => ({
  name,
  category: 'catalog',
  target,
  sources: [],
  by: 'tag',
  facts: { role: 'catalog', base, sentence },
});

/** Annotations of an image for this set, keeping what the sets it was already in ask of it and the time these very bytes first came. */
export function mergedAnnotations(
  store: ContentStore,
  image: WantedImage,
  digest: Digest,
  set: string,
  now: string,
): Record<string, string> {
  const root = store.roots().find(({ name }) => name === image.name);
  const before: MirrorImage | undefined = root && imageOf(root);
  const pulledAt = before?.digest === digest ? before.pulledAt : now;
  if (set === '') return annotationsOf({ ...image, sets: before?.sets ?? [], pulledAt });
  return annotationsOf({ ...withSet(before, image, set), pulledAt });
}
