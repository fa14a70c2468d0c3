import { ociLayer } from '../../images/media-types.ts';
import type { Descriptor } from '../../images/types.ts';
import type { MadeLayer } from '../made-image/pack-layer.ts';
import type { WantedFile, WantedImage } from '../types.ts';

/** Where a graph-data image lies at a site, and the UpdateService looks for it (oc-mirror v2's layout). */
export const graphRepository = 'openshift/graph-image';

/** In an image, and where the container that holds it copies it to when the update service starts. */
export const graphFolder = 'var/lib/cincinnati-graph-data';
const mount = '/var/lib/cincinnati/graph-data';

/** The command of the image (OpenShift's "Creating the OpenShift Update Service graph data container image"). */
export const graphCommand: readonly string[] = ['/bin/bash', '-c', `exec cp -rp /${graphFolder}/* ${mount}`];

/** What buildGraphImage is to make when the base has been pulled. Plain JSON. */
export interface GraphImage {
  /** Root name in the store; one for all sets, as a site has one. */
  name: string;
  /** The image it is made of: full reference with digest, and a root of the store once it is pulled. */
  base: string;
  /** The base without tag and digest. */
  source: string;
  target: { repository: string; tag: string };
  /** `os/architecture[/variant]` of an index to take; empty = all. */
  platforms: string[];
  /** Its bytes are a file of the set (graphFile), so that a run can be resumed and a bundle carries them once. */
  layer: MadeLayer;
  /** "1,204 files of graph data, format 1.1.0". */
  sentence: string;
}

/** The layer as a file of the set: the same blob that the image's manifest names. */
export const graphFile = (layer: Descriptor, bytes: Buffer): WantedFile => ({
  path: `graph-data/${layer.digest.replace(':', '=')}.tar.gz`,
  mediaType: ociLayer,
  bytes,
});

/** The image it becomes. Clusters name it by the site's own address in an UpdateService, never by a mirror set. */
export const graphImageWanted = ({ name, target, base, sentence }: GraphImage): WantedImage => ({
  name,
  category: 'graph',
  target,
  sources: [],
  by: 'tag',
  facts: { role: 'graph', base, sentence },
});
