import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { clusterSaid } from './cluster-said.ts';
import { conditionOf, conditionsOf, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { mutateMeta, mutateStatus } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';

/** The value of an add-on's label on its ManagedCluster. */
export function addonLabelValue(addon: KubeObject): 'available' | 'unhealthy' | 'unreachable' {
  const status = conditionOf(addon, 'Available')?.status;
  return status === 'True' ? 'available' : status === 'False' ? 'unhealthy' : 'unreachable';
}

const prefix = ocmNames.addonLabel('');

/** The hub's two add-on controllers: health when a cluster is Unknown, and the `feature…/addon-*` labels. */
export function watchAddonHealth(hub: HubView): () => void {
  const api = hub.api.as('registration');
  const clusters = hub.watch(kinds.ManagedCluster);
  const addons = hub.watch(kinds.ManagedClusterAddOn);
  const labels = createQueue(hub.clock, async (name) => {
    const cluster = clusters.get(name);
    if (!cluster || cluster.metadata.deletionTimestamp) return;
    const wanted = new Map<string, string>();
    for (const addon of addons.inNamespace(name)) {
      wanted.set(ocmNames.addonLabel(addon.metadata.name!), addonLabelValue(addon));
    }
    const right = (have: Record<string, string> = {}) =>
      Object.keys(have).every((key) => !key.startsWith(prefix) || wanted.has(key)) &&
      [...wanted].every(([key, value]) => have[key] === value);
    if (right(cluster.metadata.labels)) return;
    await mutateMeta(api, kinds.ManagedCluster, name, '', (meta) => {
      if (right(meta.labels)) return meta;
      const kept = Object.entries(meta.labels ?? {}).filter(([key]) => !key.startsWith(prefix));
      return { ...meta, labels: Object.fromEntries([...kept, ...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) };
    });
  });
  const health = createQueue(hub.clock, async (name) => {
    if (conditionOf(clusters.get(name), ocmNames.available)?.status !== 'Unknown') return;
    for (const addon of [...addons.inNamespace(name)]) {
      const said = { ...clusterSaid.unknown, type: 'Available' };
      await mutateStatus(api, kinds.ManagedClusterAddOn, addon.metadata.name!, name, (status, object) => {
        const old = conditionsOf(object);
        const conditions = withCondition(old, said, hub.clock.now());
        return conditions === old ? undefined : { ...status, conditions };
      });
    }
  });
  const stops = [
    addons.listen(({ object, old }) => {
      const name = (object ?? old)?.metadata.namespace ?? '';
      if (!object || !old || addonLabelValue(object) !== addonLabelValue(old)) labels.add(name);
    }),
    clusters.listen(({ object, old }) => {
      if (!object) return;
      // What stood here when the labels were last compared may have been older than what was then written.
      if (old && object.metadata.labels !== old.metadata.labels) labels.add(object.metadata.name!);
      if (conditionOf(object, ocmNames.available)?.status !== conditionOf(old, ocmNames.available)?.status) {
        health.add(object.metadata.name!);
      }
    }),
    labels.stop,
    health.stop,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
