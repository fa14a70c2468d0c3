import type { output } from 'zod';
import type { ResourceKind } from '../../../shared/contract/mirror.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { MirrorImage, WantedFile } from '../types.ts';

export type Kind = output<typeof ResourceKind>;

/** What the clusters are to use: everything that lies at one site. */
export interface SiteContent {
  /** `host[:port][/prefix]` as the clusters reach it. */
  address: string;
  /** PEM text; empty = its certificate needs no trust of its own. */
  ca: string;
  images: readonly MirrorImage[];
  /** Release signatures among them are made into ConfigMaps. */
  files: readonly WantedFile[];
}

/** A cluster, or clusters that are alike: which kinds it takes. */
export interface ClusterFacts {
  /** OpenShift version, `4.12.3`; empty = unknown. */
  openshift: string;
  /** Kinds it was asked about and serves; undefined = it can't be asked, so its version decides. */
  served?: ReadonlySet<string>;
}

/** Objects in the order in which they are applied, and what to know about them. */
export interface MadeResources {
  objects: KubeObject[];
  yaml: string;
  warnings: string[];
  /** Whether making them makes nodes restart, and why; empty = they do not. */
  restarts: string;
}
