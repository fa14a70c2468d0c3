import { fault } from '../../../shared/fault.ts';
import { readManifest } from '../../images/manifest.ts';
import type { ContentStore, Descriptor, ImageSource, Manifest } from '../../images/types.ts';
import { addLayer, madeOf, putIndex } from '../made-image/add-layer.ts';
import type { MadeLayer } from '../made-image/pack-layer.ts';
import { type CatalogImage, catalogFiles, openCatalogImage, platformsOf } from './catalog-image.ts';
import { isIgnoreFile } from './catalog-index.ts';
import { filterFile } from './filter-file.ts';
import { writeLayer } from './filtered-layer.ts';
import { ignoredBy } from './index-ignore.ts';
import type { Selection } from './selection.ts';
import { withoutCache } from './serve-command.ts';

export interface RebuildOptions {
  /** Where the catalog was taken from, without tag and digest; it goes into the annotation `org.opencontainers.image.base.name`. */
  name: string;
  /** As for platformsOf; none = all. */
  platforms?: readonly string[];
  signal?: AbortSignal;
}

/** More than this of a filtered catalog (unpacked) is not held in memory. */
const maxFilteredBytes = 160 * 1024 * 1024;

/**
 * Makes a catalog of what a selection keeps and brings it into the store, without a root: all layers of `base` (which the caller has in the
 * store or fetches) and one more on top. An index stays one, with the same layer on each platform's image, as a catalog's files are the
 * same on all. Annotations `org.opencontainers.image.base.digest` and `.name` tell where it is from. The same input gives the same digest.
 * Faults: catalog.noConfigs, .noPlatform, .unreadable, .tooLarge, and those of source and store.
 */
export async function rebuildCatalog(
  base: { source: ImageSource; manifest: Manifest },
  selection: Selection,
  store: ContentStore,
  { name, platforms = [], signal }: RebuildOptions,
): Promise<Descriptor> {
  const { source, manifest } = base;
  const wanted = platformsOf(manifest, platforms);
  let layer: { made: MadeLayer; configs: string } | undefined;
  const children: Descriptor[] = [];
  for (const child of wanted) {
    const own = child.digest === manifest.digest ? manifest : await source.manifest(child.digest, signal);
    const image = await openCatalogImage(source, own, signal);
    const { config, folders } = withoutCache(image.config);
    if (layer?.configs !== image.configs) {
      const files = await filteredFiles(source, image, selection, signal);
      const caches = [...new Set([...folders, 'tmp/cache'])].sort();
      layer = {
        made: await writeLayer({ configs: image.configs, caches, files }, store, signal),
        configs: image.configs,
      };
    }
    const said = { annotations: madeOf(own.digest, name), what: 'filtered catalog' };
    const made = await addLayer(store, { manifest: image.manifest, config }, layer.made, said);
    children.push({ ...made, ...(child.platform && { platform: child.platform }) });
  }
  if (readManifest(manifest).kind !== 'index') return children[0]!;
  return putIndex(store, children, madeOf(manifest.digest, name));
}

async function filteredFiles(
  source: ImageSource,
  image: CatalogImage,
  selection: Selection,
  signal: AbortSignal | undefined,
): Promise<Map<string, Buffer>> {
  const ignores = new Map<string, string>();
  const kept = new Map<string, Buffer>();
  const failed = new Map<string, unknown>();
  let bytes = 0;
  for await (const file of catalogFiles(source, image, signal)) {
    if (isIgnoreFile(file.path)) {
      ignores.set(file.path, file.bytes.toString('utf8'));
      continue;
    }
    try {
      const left = filterFile(file.path, file.bytes, selection);
      if (left.length === 0) continue;
      kept.set(file.path, left);
      bytes += left.length;
    } catch (error) {
      failed.set(file.path, error);
    }
    if (bytes > maxFilteredBytes) throw tooLarge(bytes);
  }
  const ignored = ignoredBy(ignores);
  for (const [path, error] of failed) if (!ignored(path)) throw error;
  // The ignore files go too: nothing they name is left.
  return new Map([...kept].filter(([path]) => !ignored(path)));
}

const tooLarge = (bytes: number) =>
  fault(
    'catalog.tooLarge',
    `What is taken of the catalog is more than ${Math.floor(bytes / 1024 / 1024)} MiB of text.`,
    'Take fewer packages or versions, or the whole catalog by full: true.',
    { field: 'packages' },
  );
