import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject, ObjectMeta } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { watchAddonHealth } from './addon-hub.ts';
import { createClusterDeletion } from './cluster-deletion.ts';
import { watchLeases } from './cluster-lease.ts';
import { clusterSaid } from './cluster-said.ts';
import { conditionOf, conditionsOf, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { ensure, isoMicros, mutate, mutateStatus, removeIfThere, withFinalizer } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';

interface ClusterSpec {
  hubAcceptsClient?: boolean;
  leaseDurationSeconds?: number;
  taints?: { key: string; effect: string; timeAdded?: string; value?: string }[];
}

/** `spec` of a ManagedCluster. */
const clusterSpec = (cluster: KubeObject): ClusterSpec => (cluster.spec ?? {}) as ClusterSpec;

const ours: readonly string[] = [ocmNames.unreachable, ocmNames.unavailable];

/** The role bindings a cluster's agents get in their namespace; `work` outlives the acceptance while works exist. */
export function clusterRoleBindings(cluster: string): KubeObject[] {
  return (['registration', 'work'] as const).map((role) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      name: `open-cluster-management:managedcluster:${cluster}:${role}`,
      namespace: cluster,
      labels: { [ocmNames.clusterNameLabel]: cluster },
      ...(role === 'work' && { finalizers: [ocmNames.workCleanup] }),
    },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: `open-cluster-management:managedcluster:${role}`,
    },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:open-cluster-management:${cluster}` },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `open-cluster-management:${cluster}` },
    ],
  }));
}

/** A cluster's namespace on the hub. */
export function clusterNamespace(cluster: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: cluster, labels: { [ocmNames.clusterNameLabel]: cluster } },
  };
}

/** A cluster's lease; neither leaseDurationSeconds nor acquireTime, as OCM's. */
export function clusterLease(cluster: string, renewedAt: number): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: ocmNames.lease,
      namespace: cluster,
      labels: { [ocmNames.clusterNameLabel]: cluster },
    },
    spec: { holderIdentity: ocmNames.lease, renewTime: isoMicros(renewedAt) },
  };
}

/**
 * OCM's registration controllers on the hub: acceptance, lease watch, clock check, taints, add-on health and labels,
 * and the deletion of clusters. With `webhook` also what its mutating webhook adds (clusterset label, timeAdded).
 */
export function startRegistrationHub(hub: HubView, { webhook = true }: { webhook?: boolean } = {}): () => void {
  const api = hub.api.as('registration');
  const { clock } = hub;
  const clusters = hub.watch(kinds.ManagedCluster);
  const works = hub.watch(kinds.ManifestWork);
  const deletion = createClusterDeletion(hub);

  function wanted(cluster: KubeObject): KubeObject {
    const spec = clusterSpec(cluster);
    let metadata: ObjectMeta = withFinalizer(cluster.metadata, ocmNames.resourceCleanup);
    if (spec.hubAcceptsClient) metadata = withFinalizer(metadata, ocmNames.apiResourceCleanup);
    if (webhook && !metadata.labels?.[ocmNames.clusterSetLabel]) {
      metadata = { ...metadata, labels: { ...metadata.labels, [ocmNames.clusterSetLabel]: 'default' } };
    }
    const status = conditionOf(cluster, ocmNames.available)?.status ?? 'Unknown';
    const key = status === 'True' ? undefined : status === 'False' ? ocmNames.unavailable : ocmNames.unreachable;
    const taints = spec.taints ?? [];
    const held = taints.filter((taint) => ours.includes(taint.key));
    const right = key ? held.length === 1 && held[0]?.key === key : held.length === 0;
    if (right) return metadata === cluster.metadata ? cluster : { ...cluster, metadata };
    const others = taints.filter((taint) => !ours.includes(taint.key));
    const added = key ? [{ effect: 'NoSelect', key, ...(webhook && { timeAdded: isoSeconds(clock.now()) }) }] : [];
    const { taints: _, ...rest } = spec;
    const all = [...others, ...added];
    return { ...cluster, metadata, spec: all.length > 0 ? { ...rest, taints: all } : rest };
  }

  async function say(name: string, said: (typeof clusterSaid)[keyof typeof clusterSaid]): Promise<void> {
    await mutateStatus(api, kinds.ManagedCluster, name, '', (status, cluster) => {
      const conditions = withCondition(conditionsOf(cluster), said, clock.now());
      return conditions === conditionsOf(cluster) ? undefined : { ...status, conditions };
    });
  }

  const queue = createQueue(clock, async (name) => {
    const seen = clusters.get(name);
    if (!seen) return;
    if (seen.metadata.deletionTimestamp) return deletion.step(name);
    const cluster =
      wanted(seen) === seen
        ? seen
        : await mutate(api, kinds.ManagedCluster, name, '', (now) =>
            now.metadata.deletionTimestamp ? now : wanted(now),
          );
    if (!cluster) return;
    const accepted = conditionOf(cluster, 'HubAcceptedManagedCluster')?.status;
    if (clusterSpec(cluster).hubAcceptsClient) {
      if (accepted === 'True') return;
      await ensure(api, clusterNamespace(name));
      for (const binding of clusterRoleBindings(name)) await ensure(api, binding);
      await ensure(api, clusterLease(name, clock.now()));
      await say(name, clusterSaid.accepted);
    } else if (accepted === 'True') {
      await removeIfThere(api, kinds.RoleBinding, `open-cluster-management:managedcluster:${name}:registration`, name);
      // The work role and the condition wait for the last ManifestWork (real-ocm.md A12).
      if (!works.inNamespace(name)[Symbol.iterator]().next().done) return;
      await say(name, clusterSaid.denied);
    }
  });
  const stops = [
    clusters.listen(({ object }) => {
      if (object) queue.add(object.metadata.name!);
    }),
    works.listen(({ object, old }) => {
      if (!object && old) queue.add(old.metadata.namespace!);
      else if (object?.metadata.deletionTimestamp && !old?.metadata.deletionTimestamp) {
        queue.add(object.metadata.namespace!);
      }
    }),
    watchLeases(hub),
    watchAddonHealth(hub),
    queue.stop,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
