import { type KindName, resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Installs } from '../store/installs.ts';
import { clusterSetLabel, ManagedClusterSet } from './names.ts';

export interface Way {
  way: 'policy' | 'work' | 'none';
  why: string;
}

const policyKinds = [
  'Policy',
  'PlacementBinding',
  'Placement',
  'ManagedClusterSetBinding',
] as const satisfies KindName[];

/** How KMM can reach the spokes of this hub: ACM policies where they are served, else ManifestWorks. */
export async function chooseWay(client: KubeClient): Promise<Way> {
  const missing: string[] = [];
  for (const kind of policyKinds) if (!(await client.served(resources[kind]))) missing.push(kind);
  if (missing.length === 0) {
    return {
      way: 'policy',
      why: 'The hub serves policies: one policy reaches every spoke, also those that join later.',
    };
  }
  if (await client.served(resources.ManifestWork)) {
    return { way: 'work', why: `The hub serves no ${missing.join(', ')}: each spoke gets a ManifestWork instead.` };
  }
  return { way: 'none', why: `The hub serves neither policies (${missing.join(', ')} missing) nor ManifestWorks.` };
}

/**
 * The ManagedClusterSets a Placement must be bound to so that it sees every spoke: `global` where it exists (OCM makes it, it
 * holds all clusters), else each set that spokes are in. `outside` counts spokes that no bound set holds.
 */
export async function bindSets(
  client: KubeClient,
  installs: Installs,
  hub: string,
): Promise<{ sets: string[]; outside: number }> {
  const global = await client.get(ManagedClusterSet, 'global');
  if (global) return { sets: ['global'], outside: 0 };
  const values = installs.labelValues(hub, clusterSetLabel);
  const inSets = values.reduce((sum, { n }) => sum + n, 0);
  const total = Object.values(installs.counts(hub)).reduce((sum, n) => sum + n, 0);
  return { sets: values.map(({ value }) => value), outside: total - inSets };
}
