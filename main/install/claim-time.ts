import type { KubeObject } from '../../shared/kube.ts';
import { at } from './names.ts';

/**
 * When the claims of a ManagedCluster were last written, by the API server's clock: a claim has no time of its own, but the
 * managedFields entry of its writer has. undefined where that is stripped, or when the claim is not what made the state.
 */
export function claimTime(cluster: KubeObject | undefined, state: string): string | undefined {
  if (state !== 'installed') return undefined;
  const times = (cluster?.metadata.managedFields ?? [])
    .filter((entry) => at(entry.fieldsV1, 'f:status', 'f:clusterClaims') !== undefined)
    .map(({ time }) => time ?? '')
    .sort();
  return times.at(-1) || undefined;
}
