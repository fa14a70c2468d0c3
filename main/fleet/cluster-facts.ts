import { type Condition, type KubeObject, names } from '../../shared/kube.ts';

/** What we read of a ManagedCluster; everything else stays in the raw object. */
export interface ClusterFacts {
  labels: Record<string, string>;
  conditions: Condition[];
  claims: { name: string; value: string }[];
  accepted: boolean;
  deleting: boolean;
  /** From KMM's claim, distinct and sorted; [] when the claim is not there. */
  kernels: string[];
  /** 20 custom claims or more are there and KMM's is not: OCM keeps the first 20 by name, without a word. */
  claimsCut: boolean;
  /** From the claim, else ACM's label; '' when neither tells. */
  openshift: string;
  /** The API server's version. */
  kubernetes: string;
}

const reserved = new Set(
  ['id.k8s.io', 'kubeversion', 'platform', 'product'].flatMap((name) => [name, `${name}.open-cluster-management.io`]),
);
const customLimit = 20;

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => one && typeof one === 'object') : [];
const record = (value: unknown): Record<string, unknown> =>
  value && typeof value === 'object' ? (value as Record<string, unknown>) : {};

/** Conditions of any object, [] when it has none. */
export const conditionsOf = (object: KubeObject): Condition[] =>
  list(record(object.status).conditions).filter((one) => typeof one.type === 'string') as unknown as Condition[];

/** Reads a ManagedCluster (cluster.open-cluster-management.io/v1). */
export function clusterFacts(object: KubeObject): ClusterFacts {
  const status = record(object.status);
  const claims = list(status.clusterClaims).map((claim) => ({
    name: String(claim.name ?? ''),
    value: String(claim.value ?? ''),
  }));
  const claim = (name: string) => claims.find((one) => one.name === name)?.value;
  const labels = object.metadata.labels ?? {};
  const kernelText = claim(names.kernelClaim);
  const kernels = [...new Set((kernelText ?? '').split('\n').map((line) => line.trim()))].filter(Boolean).sort();
  const custom = claims.filter((one) => !reserved.has(one.name)).length;
  return {
    labels,
    conditions: conditionsOf(object),
    claims,
    accepted: record(object.spec).hubAcceptsClient === true,
    deleting: object.metadata.deletionTimestamp !== undefined,
    kernels,
    claimsCut: kernelText === undefined && custom >= customLimit,
    openshift: claim(names.openshiftVersionClaim) ?? labels.openshiftVersion ?? '',
    kubernetes: String(record(status.version).kubernetes ?? ''),
  };
}

/** What we read of a ManagedClusterInfo (ACM): nodes by name and the OpenShift version. */
export function infoFacts(object: KubeObject | undefined): { nodes: string[]; openshift: string } {
  const status = record(object?.status);
  return {
    nodes: list(status.nodeList)
      .map((node) => String(node.name ?? ''))
      .filter(Boolean)
      .sort(),
    openshift: String(record(record(status.distributionInfo).ocp).version ?? ''),
  };
}
