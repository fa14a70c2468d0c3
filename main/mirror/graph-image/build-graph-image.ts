import { fault } from '../../../shared/fault.ts';
import { readBlob } from '../../images/layer/blob-stream.ts';
import { configOf } from '../../images/layer/open-image.ts';
import { readManifest } from '../../images/manifest.ts';
import type { ContentStore, Descriptor, Manifest } from '../../images/types.ts';
import { addLayer, madeOf, putIndex } from '../made-image/add-layer.ts';
import type { ImageConfig } from '../made-image/image-config.ts';
import { imagesFor } from '../made-image/platforms.ts';
import { type GraphImage, graphCommand } from './graph-image.ts';

/**
 * Makes the graph-data image of a base that lies in the store and brings it into the store, without a root: the base's layers, one more, and
 * the command that copies the data. An index stays one. The same base and data give the same digest. Faults: graphImage.dataGone when the
 * set's files were replaced meanwhile, those of the store.
 */
export async function buildGraphImage(
  base: Manifest,
  { source, platforms, layer }: Pick<GraphImage, 'source' | 'platforms' | 'layer'>,
  store: ContentStore,
  signal?: AbortSignal,
): Promise<Descriptor> {
  if (!store.has(layer.descriptor.digest)) {
    throw fault(
      'graphImage.dataGone',
      'The graph data that this image was to be made of is no longer in the store.',
      'Pull the image set anew.',
    );
  }
  const children: Descriptor[] = [];
  for (const child of imagesFor(base, platforms).wanted) {
    const manifest = child.digest === base.digest ? base : await store.manifest(child.digest, signal);
    const blob = await readBlob(store, configOf(manifest), signal ? { signal } : {});
    const config = JSON.parse(blob.toString('utf8')) as ImageConfig;
    // With an entry point of the base the command would only be its arguments.
    const { Entrypoint, ...inner } = config.config ?? {};
    const made = await addLayer(
      store,
      { manifest, config: { ...config, config: { ...inner, Cmd: [...graphCommand] } } },
      layer,
      { annotations: madeOf(manifest.digest, source), what: 'graph data of the OpenShift Update Service' },
    );
    children.push({ ...made, ...(child.platform && { platform: child.platform }) });
  }
  if (readManifest(base).kind !== 'index') return children[0]!;
  return putIndex(store, children, madeOf(base.digest, source));
}
