import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { parseReference } from '../../images/reference.ts';
import { pool } from '../../modules/pool.ts';
import { type RebuiltCatalog, resolveCatalog } from '../catalog/resolve.ts';
import { resolveCharts } from '../charts/resolve-charts.ts';
import { type GraphImage, graphRepository } from '../graph-image/graph-image.ts';
import { resolveGraphImage } from '../graph-image/resolve-graph.ts';
import { resolveModules } from '../kmm-images/resolve-modules.ts';
import { resolveUpstream } from '../kmm-images/upstream.ts';
import { resolveReleases } from '../release/resolve-releases.ts';
import type { Resolution } from '../types.ts';
import { type Basket, createBasket } from './basket.ts';
import { withoutBlocked } from './blocked.ts';
import { type CatalogEntry, catalogsOf } from './catalogs-of.ts';
import type { ResolveEffects } from './effects.ts';
import { madeOf } from './made-of.ts';
import { pin, wanted } from './pin.ts';
import { withoutSamePlace } from './same-place.ts';

/** A resolution, and the catalogs and the graph-data image that are to be made once their base is in the store. */
export interface ResolvedSet extends Resolution {
  rebuilt: RebuiltCatalog[];
  graph?: GraphImage;
}

/**
 * What a set means today: every image by digest, files that travel beside them, catalogs to be made. Only manifests and small blobs are
 * read, nothing is written. What can't be had is a gap and stops nothing else; only an abort rejects.
 */
export async function resolveImageSet(set: ImageSet, effects: ResolveEffects): Promise<ResolvedSet> {
  const basket = createBasket(effects.signal);
  const rebuilt: RebuiltCatalog[] = [];
  const { releases, kmm } = set;
  let graph: GraphImage | undefined;
  await Promise.all([
    releases && basket.part('releases', () => resolveReleases(releases, effects, basket)),
    releases?.graphImage &&
      basket.part(`${graphRepository}:latest`, async () => {
        const { platforms } = set;
        graph = await resolveGraphImage(releases.graphImage!, releases, { ...effects, platforms }, basket);
      }),
    resolveCatalogs(set, effects, basket, rebuilt),
    resolveImages(set, effects, basket),
    kmm?.flavour === 'upstream' && basket.part('kmm', () => resolveUpstream(kmm.version, effects, basket)),
    resolveModules(set.modules, effects, basket),
    resolveCharts(set.charts, effects, basket),
  ]);
  effects.signal?.throwIfAborted();
  rebuilt.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = withoutSamePlace(withoutBlocked(basket.contents(), set.blocked));
  const catalogs = madeOf(rebuilt, found);
  const graphs = madeOf(graph ? [graph] : [], found);
  const gaps = [...found.gaps, ...catalogs.gaps, ...graphs.gaps].sort((a, b) => (a.name < b.name ? -1 : 1));
  const [only] = graphs.made;
  return { set, ...found, gaps, rebuilt: catalogs.made, ...(only && { graph: only }) };
}

/** One after the other: an index of a catalog may need much memory. */
async function resolveCatalogs(
  set: ImageSet,
  effects: ResolveEffects,
  basket: Basket,
  rebuilt: RebuiltCatalog[],
): Promise<void> {
  const { signal } = effects;
  for (const { catalog, kmmOnly } of catalogsOf(set)) {
    await basket.part(catalog.image, async () => {
      effects.onStep?.(`the catalog ${catalog.image}`);
      const source = effects.open(parseReference(catalog.image));
      const found = await resolveCatalog(catalog, source, { platforms: set.platforms, ...(signal && { signal }) });
      for (const image of found.images) basket.add(kmmCategory(image, kmmOnly));
      for (const warning of found.warnings) basket.warn(`${catalog.image}: ${warning}`);
      if (found.rebuilt) rebuilt.push(found.rebuilt);
    });
  }
}

/** Images of packages that are there because of `kmm` are KMM's. */
function kmmCategory(
  image: Resolution['images'][number],
  kmmOnly: CatalogEntry['kmmOnly'],
): Resolution['images'][number] {
  return image.category === 'operator' && kmmOnly.includes(image.facts?.['package'] ?? '')
    ? { ...image, category: 'kmm' }
    : image;
}

async function resolveImages({ images }: ImageSet, effects: ResolveEffects, basket: Basket): Promise<void> {
  await pool(images, 8, ({ name, target }) =>
    basket.part(name, async () => {
      const reference = parseReference(name);
      const isGraph = target === graphRepository || target.startsWith(`${graphRepository}:`);
      const category = isGraph ? 'graph' : 'additional';
      basket.add(wanted(await pin(reference, effects), reference, { category, target }));
    }),
  );
}
