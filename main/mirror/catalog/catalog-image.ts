import { fault } from '../../../shared/fault.ts';
import { readBlob } from '../../images/layer/blob-stream.ts';
import { readImageFiles } from '../../images/layer/read-files.ts';
import { readManifest } from '../../images/manifest.ts';
import type { Descriptor, ImageSource, Manifest } from '../../images/types.ts';
import type { ImageConfig } from '../made-image/image-config.ts';
import { imagesFor } from '../made-image/platforms.ts';
import type { CatalogFile } from './catalog-index.ts';

export const configsLabel = 'operators.operatorframework.io.index.configs.v1';

/** One platform's image of a catalog. `configs` is its folder, without slashes at the ends. */
export interface CatalogImage {
  manifest: Manifest;
  config: ImageConfig;
  configs: string;
}

/** A catalog file may be this large; the largest published ones are a third of it. */
const maxFileBytes = 128 * 1024 * 1024;

/**
 * The images of a catalog that are wanted: the manifest itself, or the children of an index without attestations, of the given
 * platforms only (`os/arch[/variant]`; none = all). The one whose files are read comes first: linux/amd64 where it is there.
 * Fault: catalog.noPlatform.
 */
export function platformsOf(manifest: Manifest, platforms: readonly string[]): Descriptor[] {
  const { wanted, known } = imagesFor(manifest, platforms);
  if (wanted.length === 0) {
    throw fault(
      'catalog.noPlatform',
      `The catalog has no image for ${platforms.join(', ') || 'any platform'}; it has ${known.join(', ') || 'none'}.`,
      'Correct the platforms of the image set.',
      { field: 'platforms', about: known },
    );
  }
  return wanted;
}

/** Reads the configuration of one platform's image. Fault: catalog.noConfigs where it is no file-based catalog. */
export async function openCatalogImage(
  source: ImageSource,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<CatalogImage> {
  const { config: blob } = readManifest(manifest);
  const config: ImageConfig = blob
    ? JSON.parse((await readBlob(source, blob, signal ? { signal } : {})).toString('utf8'))
    : {};
  const label = config.config?.Labels?.[configsLabel] ?? '';
  const configs = label
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  if (configs === '' || configs.split('/').includes('..')) {
    throw fault(
      'catalog.noConfigs',
      `The image has no label ${configsLabel}, so it is no file-based catalog${label ? ` (${label})` : ''}.`,
      'Name a catalog image such as registry.redhat.io/redhat/redhat-operator-index:v4.12; catalogs in SQLite are not read.',
      { field: 'image' },
    );
  }
  return { manifest, config, configs };
}

/** The files of a catalog, by their path in its folder, as the layers give them. `onSkipped` is told of what is no plain file. */
export async function* catalogFiles(
  source: ImageSource,
  { manifest, configs }: CatalogImage,
  signal?: AbortSignal,
  onSkipped?: (path: string, type: string) => void,
): AsyncGenerator<CatalogFile> {
  const options = { maxFileBytes, ...(signal && { signal }), ...(onSkipped && { onSkipped }) };
  for await (const { path, bytes } of readImageFiles(source, manifest, [configs], options)) {
    yield { path: path.slice(configs.length + 1), bytes };
  }
}
