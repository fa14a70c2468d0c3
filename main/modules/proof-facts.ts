import type { Availability } from '../../shared/contract/fleet.ts';
import type { BuildRecord } from '../store/builds.ts';
import type { WorkRow } from '../store/works.ts';
import type { NodeEvidence } from './feedback.ts';

/** What the module wants for one kernel: an image, nothing (no mapping), or an error in the mapping itself. */
export type Wanted = { image: string; build: boolean; sign: boolean } | { error: string } | undefined;

/** What KMM-Hub knows of the images one spoke needs. */
export interface ImageFacts {
  images: { image: string; kernel: string; build: boolean; sign: boolean }[];
  states: Record<string, string>;
  pull: string;
}

/** Everything that decides the state of one module on one spoke; all of it comes from rows. */
export interface ProofFacts {
  spoke: {
    availability: Availability;
    reason: string;
    since: string;
    kernels: readonly string[];
    claimsCut: boolean;
    nodes: readonly string[];
  };
  /** KMM-Hub's selector takes the spoke in (in a staged delivery: our label is there). */
  selected: boolean;
  wanted(kernel: string): Wanted;
  work: WorkRow | undefined;
  proofWork: WorkRow | undefined;
  /** What ManagedClusterViews showed a short while ago, where our proof work is not to be had; and why they did not. */
  views: readonly NodeEvidence[];
  viewRefusal: string;
  images: ImageFacts | undefined;
  builds: readonly BuildRecord[];
}
