import { digestOf } from '../digest.ts';
import type { Descriptor, Digest } from '../types.ts';
import type { LayoutWriter } from './layout-writer.ts';
import { gzipOf, type TarFile, tarOf } from './tar.ts';

/** Docker's schema 2, as OpenShift's releases are pushed, or OCI's. */
export type Flavour = 'docker' | 'oci';

const types = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
} as const;

/** A layer as it lies in the layout, with the digest of what is inside the compression. */
export interface Layer extends Descriptor {
  diff: Digest;
}

export interface ImageParts {
  flavour: Flavour;
  layers: readonly Layer[];
  labels?: Record<string, string>;
  architecture?: 'amd64' | 'arm64';
  command?: string[];
}

/** When everything here was made, for a configuration has to say so. */
export const created = '2023-02-20T00:00:00Z';

/** Puts files into the layout as one layer. */
export function addLayer(layout: LayoutWriter, flavour: Flavour, files: readonly TarFile[]): Layer {
  const tar = tarOf(files);
  return { ...layout.blob(gzipOf(tar), types[flavour].layer), diff: digestOf(tar) };
}

/** Puts an image of one platform into the layout and gives its manifest's descriptor. */
export function addImage(layout: LayoutWriter, parts: ImageParts): Descriptor {
  const { flavour, layers, labels = {}, architecture = 'amd64', command } = parts;
  const config = layout.blob(
    JSON.stringify({
      architecture,
      os: 'linux',
      created,
      config: { Labels: labels, ...(command && { Cmd: command }) },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diff }) => diff) },
      history: layers.map(() => ({ created, created_by: 'synthetic' })),
    }),
    types[flavour].config,
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: types[flavour].manifest,
    config,
    layers: layers.map(({ mediaType, size, digest }) => ({ mediaType, size, digest })),
  };
  return layout.blob(JSON.stringify(manifest), types[flavour].manifest);
}

/** An index over images of several architectures. */
export function addIndex(
  layout: LayoutWriter,
  flavour: Flavour,
  images: readonly (readonly ['amd64' | 'arm64', Descriptor])[],
): Descriptor {
  const manifests = images.map(([architecture, image]) => ({ ...image, platform: { architecture, os: 'linux' } }));
  const index = { schemaVersion: 2, mediaType: types[flavour].index, manifests };
  return layout.blob(JSON.stringify(index), types[flavour].index);
}
