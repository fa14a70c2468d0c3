/** Media types of image-spec (media-types.md) and of Docker's distribution (manifest-v2-2.md). */
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociConfig = 'application/vnd.oci.image.config.v1+json';
export const ociLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const ociEmpty = 'application/vnd.oci.empty.v1+json';
/** Withdrawn before image-spec 1.1, still met in the wild: `blobs` instead of config and layers. */
export const ociArtifact = 'application/vnd.oci.artifact.manifest.v1+json';
export const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerConfig = 'application/vnd.docker.container.image.v1+json';
export const dockerLayer = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const schema1 = [
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
];

const indexes: readonly string[] = [ociIndex, dockerList];
const manifests: readonly string[] = [ociManifest, dockerManifest, ociArtifact];

/** Everything to accept for a manifest. Schema 1 is asked for last, so that it can be told by name when that is all there is. */
export const acceptManifests: string = [...indexes, ...manifests, ...schema1].join(', ');

export const isIndexType = (type: string): boolean => indexes.includes(type);
export const isManifestType = (type: string): boolean => manifests.includes(type);
export const isSchema1Type = (type: string): boolean => schema1.includes(type);

/** Layers that registries need not hold ("nondistributable", Docker's "foreign"): not uploaded. */
export const isForeignLayer = (type: string): boolean =>
  type.startsWith('application/vnd.oci.image.layer.nondistributable.') ||
  type.startsWith('application/vnd.docker.image.rootfs.foreign.');

/** The type in front of parameters: `a/b; charset=utf-8` → `a/b`. */
export const bareType = (header: string): string => (header.split(';')[0] ?? '').trim().toLowerCase();
