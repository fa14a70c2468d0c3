import type { KubeObject } from '../../shared/kube.ts';
import type { ResourceRef } from '../kube/types.ts';

/** OLM packages of KMM (kmm.md 4): the hub's operator and the spokes'. */
export const hubPackage = 'kernel-module-management-hub';
export const spokePackage = 'kernel-module-management';

/** Name of the Policy, Placement and PlacementBinding we make. */
export const policyName = 'install-kmm';
/** Name of our ManifestWork on hubs without policies. */
export const workName = 'kmm-bastion-install';
/** Add-ons that bring KMM to a spoke by themselves carry its name. */
export const isKmmAddon = (name: string): boolean => name === 'kmm' || name.includes(spokePackage);

export const ManagedClusterSet: ResourceRef = {
  group: 'cluster.open-cluster-management.io',
  versions: ['v1beta2'],
  plural: 'managedclustersets',
  kind: 'ManagedClusterSet',
  namespaced: false,
};
export const clusterSetLabel = 'cluster.open-cluster-management.io/clusterset';

/** A value deep in raw JSON; undefined where the path ends. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export interface PlainCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  since: string;
  generation: number;
}

/** Conditions under `status.conditions`, with every member a string or number. */
export function conditions(object: KubeObject | unknown): PlainCondition[] {
  return list(at(object, 'status', 'conditions') ?? at(object, 'conditions')).map((one) => ({
    type: text(at(one, 'type')),
    status: text(at(one, 'status')),
    reason: text(at(one, 'reason')),
    message: text(at(one, 'message')),
    since: text(at(one, 'lastTransitionTime')),
    generation: Number(at(one, 'observedGeneration') ?? 0),
  }));
}
