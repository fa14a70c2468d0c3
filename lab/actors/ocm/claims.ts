import type { KubeObject } from '../../../shared/kube.ts';

/** Claims that never count towards the limit (OCM registration/spoke/managedcluster/claim_reconcile.go). */
const reserved: readonly string[] = [
  'id.k8s.io',
  'kubeversion.open-cluster-management.io',
  'platform.open-cluster-management.io',
  'product.open-cluster-management.io',
];

/** The default of the agent's flag --max-custom-cluster-claims. */
const maxCustomClaims = 20;

export interface Claim {
  name: string;
  value: string;
}

/** What the agent reports of a spoke's ClusterClaims: the reserved ones, then by name the first 20 others. */
export function reportedClaims(objects: Iterable<KubeObject>, limit = maxCustomClaims): Claim[] {
  const claims = [...objects]
    .map((object) => ({
      name: object.metadata.name!,
      value: (object.spec as { value?: string } | undefined)?.value ?? '',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const own = claims.filter((claim) => reserved.includes(claim.name));
  const custom = claims.filter((claim) => !reserved.includes(claim.name));
  return [...own, ...custom.slice(0, limit)];
}

/** A ClusterClaim object. */
export function claimObject({ name, value }: Claim): KubeObject {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'ClusterClaim',
    metadata: { name },
    spec: { value },
  };
}
