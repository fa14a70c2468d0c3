import { kinds } from '../../kinds.ts';
import { clusterSaid, worksRemain } from './cluster-said.ts';
import { conditionsOf, type Said, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { mutateMeta, mutateStatus, removeIfThere, withoutFinalizer } from './mutate.ts';
import { ocmNames } from './names.ts';

/** What happens to a ManagedCluster that has a deletionTimestamp. */
export interface ClusterDeletion {
  /** Does what can be done now; is called again on every change of the cluster and of its works. */
  step(name: string): Promise<void>;
}

/**
 * Deleting a cluster takes its add-ons, then all its ManifestWorks (so a live spoke loses its Modules), then its role
 * bindings; namespace and lease stay (real-ocm.md A14).
 */
export function createClusterDeletion(hub: HubView): ClusterDeletion {
  const api = hub.api.as('registration');
  const clusters = hub.watch(kinds.ManagedCluster);
  const works = hub.watch(kinds.ManifestWork);
  const addons = hub.watch(kinds.ManagedClusterAddOn);
  const say = (name: string, said: Said) =>
    mutateStatus(api, kinds.ManagedCluster, name, '', (status, cluster) => {
      const old = conditionsOf(cluster);
      const conditions = withCondition(old, said, hub.clock.now());
      return conditions === old ? undefined : { ...status, conditions };
    });
  const release = (name: string, finalizer: string) =>
    mutateMeta(api, kinds.ManagedCluster, name, '', (meta) => withoutFinalizer(meta, finalizer));
  return {
    async step(name) {
      const cluster = clusters.get(name);
      if (!cluster?.metadata.deletionTimestamp) return;
      const bindings = ['registration', 'work'].map((role) => `open-cluster-management:managedcluster:${name}:${role}`);
      if (cluster.metadata.finalizers?.includes(ocmNames.apiResourceCleanup)) {
        for (const addon of [...addons.inNamespace(name)]) {
          await removeIfThere(api, kinds.ManagedClusterAddOn, addon.metadata.name!, name);
        }
        const left = [...works.inNamespace(name)];
        if (left.length > 0) {
          const pending = left.filter((work) => (work.metadata.finalizers?.length ?? 0) > 0).length;
          await say(name, worksRemain(left.length, pending));
          for (const work of left) {
            if (!work.metadata.deletionTimestamp)
              await removeIfThere(api, kinds.ManifestWork, work.metadata.name!, name);
          }
          return;
        }
        await say(name, clusterSaid.noResource);
        await release(name, ocmNames.apiResourceCleanup);
        return;
      }
      if (!cluster.metadata.finalizers?.includes(ocmNames.resourceCleanup)) return;
      if ([...works.inNamespace(name)].length > 0) return;
      await say(name, clusterSaid.noResource);
      for (const binding of bindings) {
        await mutateMeta(api, kinds.RoleBinding, binding, name, (meta) => withoutFinalizer(meta, ocmNames.workCleanup));
        await removeIfThere(api, kinds.RoleBinding, binding, name);
      }
      await release(name, ocmNames.resourceCleanup);
    },
  };
}
