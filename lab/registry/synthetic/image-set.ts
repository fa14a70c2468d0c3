import { stringify } from 'yaml';

/** What the ready-made image set names. Addresses are `http://…`, paths are absolute. */
export interface SetPlaces {
  graph: string;
  signatures: string;
  key: string;
  catalog: string;
  module: string;
  kernels: string[];
  images: string[];
  /** What the graph-data image is made of. */
  graphImage: { base: string; data: string };
}

/** An image set (bastion.kmm/v1) for the day's work: both releases, KMM on hub and spokes, the practice module for both kernels. */
export function imageSetOf(places: SetPlaces): string {
  const { graph, signatures, key, catalog, module, kernels, images, graphImage } = places;
  return stringify({
    apiVersion: 'bastion.kmm/v1',
    kind: 'ImageSet',
    name: 'practice',
    releases: {
      graph,
      architectures: ['amd64'],
      channels: [{ name: 'stable-4.12', from: '4.12.3', to: '4.12.6' }],
      signatures,
      keys: [key],
      graphImage,
    },
    catalogs: [{ image: catalog, packages: [{ name: 'topology-aware-lifecycle-manager' }] }],
    kmm: { flavour: 'openshift', catalog },
    images: images.map((name) => ({ name })),
    modules: [{ manifest: module, kernels }],
  });
}
