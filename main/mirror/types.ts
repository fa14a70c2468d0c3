import type { ImageSet } from '../../shared/contract/image-set.ts';
import type { ImageCategory } from '../../shared/contract/mirror.ts';
import type { Attached } from '../images/content/attached.ts';
import type { Digest } from '../images/types.ts';

/** An image a set asks for, before it was looked at: what resolving an image set gives. */
export interface WantedImage {
  /** Full source reference, normalised, with tag or digest (both where both are known). */
  name: string;
  category: ImageCategory;
  /** Below the site's prefix, as oc-mirror v2 lays it out: `openshift/release:4.12.3-x86_64-driver-toolkit`. */
  target: { repository: string; tag: string };
  /** References by which clusters pull it, without tag and digest: the sources of mirror sets. */
  sources: string[];
  /** How clusters name it: digest → IDMS/ICSP, tag → ITMS. */
  by: 'digest' | 'tag';
  /** A failure of this one spoils these (a bundle's related image spoils the bundle): names, for the gap list. */
  neededBy?: string[];
  /** What the resources need to know: release version, architecture, catalog name. */
  facts?: Record<string, string>;
}

/** What a set asks of an image, whatever the image is called. */
export type Wish = Omit<WantedImage, 'name'>;

/** Files that travel beside images: release signatures byte for byte, and the layer of graph data. */
export interface WantedFile {
  /** `signatures/sha256=<hex>/signature-1`. Lower case, legal on FAT. */
  path: string;
  mediaType: string;
  bytes: Buffer;
}

export interface Resolution {
  set: ImageSet;
  images: WantedImage[];
  files: WantedFile[];
  /** What could not be resolved; it does not stop the rest. */
  gaps: { name: string; fault: { code: string; message: string; remedy: string; field?: string | undefined } }[];
  warnings: string[];
}

/** An image that lies in the store, with everything pushing it and making resources of it needs. Travels in bundles. */
export interface MirrorImage extends WantedImage {
  digest: Digest;
  mediaType: string;
  sets: string[];
  /** What each set asks for, where they ask for different things (place, category, naming): the image is what all of them are together. */
  bySet?: Record<string, Wish>;
  pulledAt: string;
  /** Signatures and other manifests that travel with it, by tag or as referrers. */
  attached: Attached[];
  /** Children of its index that were left out on purpose, at a site or in the store; undefined where it was not written down. */
  omitted?: Digest[];
}
