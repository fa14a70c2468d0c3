import type { Condition, KubeObject } from '../../shared/kube.ts';

/*
 * What a person reads out of `kubectl get -o json`, in the words of our pages: written here from OCM's and KMM's own documentation and
 * not from the application's code, which is compared with it.
 */

interface Cluster extends KubeObject {
  spec: { hubAcceptsClient?: boolean };
  status?: {
    conditions?: Condition[];
    version?: { kubernetes?: string };
    clusterClaims?: { name: string; value: string }[];
  };
}

/** One ManagedCluster as the fleet page should show it. */
export function clusterSeen(object: KubeObject) {
  const { metadata, spec, status = {} } = object as Cluster;
  const is = (type: string) => status.conditions?.find((one) => one.type === type)?.status;
  const claim = (name: string) => status.clusterClaims?.find((one) => one.name === name)?.value;
  const available = is('ManagedClusterConditionAvailable');
  const availability = metadata.deletionTimestamp
    ? 'deleting'
    : spec.hubAcceptsClient !== true
      ? 'notAccepted'
      : is('ManagedClusterJoined') !== 'True'
        ? 'joining'
        : available === 'True'
          ? 'available'
          : available === 'False'
            ? 'unavailable'
            : 'unknown';
  return {
    name: metadata.name!,
    availability,
    openshift: claim('version.openshift.io') ?? metadata.labels?.['openshiftVersion'] ?? '',
    kubernetes: status.version?.kubernetes ?? '',
    kernels: (claim('kernel-versions.kmm.node.kubernetes.io') ?? '').split('\n').filter(Boolean),
  };
}

/** A cluster's conditions, in the hub's order. */
export const conditionsSeen = (object: KubeObject) =>
  ((object as Cluster).status?.conditions ?? []).map(({ type, status, reason, message, lastTransitionTime }) => ({
    ...{ type, status, reason, message },
    since: lastTransitionTime,
  }));

interface Work extends KubeObject {
  status?: {
    conditions?: Condition[];
    resourceStatus?: {
      manifests?: {
        resourceMeta: { kind?: string; name?: string };
        statusFeedback?: { values?: { name: string; fieldValue: { type: string; [value: string]: unknown } }[] };
      }[];
    };
  };
}

/** One ManifestWork as a spoke's page should show it: delivered only when applied at its present generation. */
export function workSeen(object: KubeObject) {
  const { metadata, status = {} } = object as Work;
  const applied = status.conditions?.find(({ type }) => type === 'Applied');
  const values = (status.resourceStatus?.manifests ?? []).flatMap(({ resourceMeta, statusFeedback }) =>
    (statusFeedback?.values ?? []).map(({ name, fieldValue: { type: _, ...value } }) => ({
      manifest: `${resourceMeta.kind}/${resourceMeta.name}`,
      ...{ name, value: String(Object.values(value)[0]) },
    })),
  );
  return {
    name: metadata.name!,
    module: metadata.labels?.['kmm.node.kubernetes.io/managedclustermodule.name'] ?? '',
    delivered: applied?.status === 'True' && applied.observedGeneration === metadata.generation,
    feedback: values,
  };
}

interface Mcm extends KubeObject {
  spec: { selector?: Record<string, string>; spokeNamespace?: string };
  status?: { numberDesired?: number; numberApplied?: number; numberDegraded?: number };
}

/** A ManagedClusterModule and its own numbers; one that is absent is 0. */
export function moduleSeen(object: KubeObject) {
  const { metadata, spec, status: { numberDesired = 0, numberApplied = 0, numberDegraded = 0 } = {} } = object as Mcm;
  return {
    ...{ name: metadata.name!, spokeNamespace: spec.spokeNamespace ?? '' },
    reported: { desired: numberDesired, applied: numberApplied, degraded: numberDegraded },
  };
}

/** Whether a ManagedClusterModule selects a cluster with these labels. */
export const selects = (mcm: KubeObject, labels: Record<string, string>): boolean =>
  Object.entries((mcm as Mcm).spec.selector ?? {}).every(([key, value]) => labels[key] === value);

/** A policy's copy in a cluster's namespace: which, and whether that cluster complies. */
export const policySeen = ({ metadata, status }: KubeObject) => ({
  name: metadata.name!,
  compliant: (status as { compliant?: string } | undefined)?.compliant ?? '',
});
