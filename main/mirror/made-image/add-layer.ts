import { digestOf } from '../../images/digest.ts';
import { readManifest } from '../../images/manifest.ts';
import { ociConfig, ociIndex, ociManifest } from '../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest, Manifest } from '../../images/types.ts';
import type { ImageConfig } from './image-config.ts';
import type { MadeLayer } from './pack-layer.ts';

/** Annotations that say what an image was made of (image-spec annotations.md). `name`: without tag and digest. */
export const madeOf = (digest: Digest, name: string): Record<string, string> => ({
  'org.opencontainers.image.base.digest': digest,
  'org.opencontainers.image.base.name': name,
});

/**
 * Puts into the store the image of one platform that has one layer more than `manifest`, with `config` as its configuration. The layer's
 * blob is the caller's matter. No times: the same input gives the same digest.
 */
export async function addLayer(
  store: ContentStore,
  { manifest, config }: { manifest: Manifest; config: ImageConfig },
  layer: MadeLayer,
  { annotations, what }: { annotations: Record<string, string>; what: string },
): Promise<Descriptor> {
  const { rootfs, history = [], created = '1970-01-01T00:00:00Z' } = config;
  const newConfig = await putJson(store, ociConfig, {
    ...config,
    rootfs: { type: 'layers', diff_ids: [...(rootfs?.diff_ids ?? []), layer.diffId] },
    history: [...history, { created, created_by: `KMM Bastion: ${what}` }],
  });
  const content = readManifest(manifest);
  return putJson(store, ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: newConfig,
    layers: [...content.layers.map((one) => ({ ...one, mediaType: ociType(one.mediaType) })), layer.descriptor],
    annotations: { ...content.annotations, ...annotations },
  });
}

/** Puts an index of several platforms' images into the store. */
export const putIndex = (
  store: ContentStore,
  manifests: readonly Descriptor[],
  annotations: Record<string, string>,
): Promise<Descriptor> => putJson(store, ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests, annotations });

/** The same bytes by the name that an OCI manifest gives them: annotations exist there only. */
function ociType(mediaType: string): string {
  const docker = /^application\/vnd\.docker\.image\.rootfs\.(foreign\.)?diff\.tar(\.gzip|\.zstd)?$/.exec(mediaType);
  if (!docker) return mediaType;
  const kind = docker[1] ? 'nondistributable.' : '';
  return `application/vnd.oci.image.layer.${kind}v1.tar${(docker[2] ?? '').replace('.', '+')}`;
}

async function putJson(store: ContentStore, mediaType: string, value: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = await store.put(bytes, digestOf(bytes));
  return { mediaType, digest, size: bytes.length };
}
