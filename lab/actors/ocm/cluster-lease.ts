import { kinds } from '../../kinds.ts';
import { clusterSaid } from './cluster-said.ts';
import { conditionOf, conditionsOf, type Said, withCondition } from './conditions.ts';
import { clusterEvent } from './events.ts';
import type { HubView } from './hub-view.ts';
import { mutateStatus, tell } from './mutate.ts';
import { ocmNames } from './names.ts';

/** Missed renewals until a cluster is Unknown (OCM registration/hub/lease/controller.go, leaseDurationTimes). */
const graceTimes = 5;

/**
 * The hub's lease and clock controllers. A cluster is Unknown exactly 5 × leaseDurationSeconds after its last renewal;
 * its clock is out of sync when a fresh renewal is further from the hub's time than one lease.
 */
export function watchLeases(hub: HubView): () => void {
  const { clock } = hub;
  const api = hub.api.as('registration');
  const clusters = hub.watch(kinds.ManagedCluster);
  const renewed = new Map<string, number>();
  const waiting = new Map<string, () => void>();

  const leaseMs = (name: string): number => {
    const spec = clusters.get(name)?.spec as { leaseDurationSeconds?: number } | undefined;
    return (spec?.leaseDurationSeconds ?? 60) * 1000;
  };
  const accepted = (name: string) => conditionOf(clusters.get(name), 'HubAcceptedManagedCluster')?.status === 'True';
  const say = (name: string, said: Said) =>
    void mutateStatus(api, kinds.ManagedCluster, name, '', (status, cluster) => {
      const old = conditionsOf(cluster);
      const conditions = withCondition(old, said, clock.now());
      return conditions === old ? undefined : { ...status, conditions };
    });

  function look(name: string): void {
    waiting.get(name)?.();
    waiting.delete(name);
    const last = renewed.get(name);
    const cluster = clusters.get(name);
    if (last === undefined || !cluster || cluster.metadata.deletionTimestamp || !accepted(name)) return;
    const due = last + graceTimes * leaseMs(name);
    if (clock.now() >= due) {
      if (conditionOf(cluster, ocmNames.available)?.status !== 'Unknown') {
        say(name, clusterSaid.unknown);
        void tell(api, clusterEvent(cluster, clock.now(), 'AvailableUnknown'));
      }
    } else {
      waiting.set(
        name,
        clock.after(due - clock.now(), () => {
          waiting.delete(name);
          look(name);
        }),
      );
    }
  }

  const stops = [
    hub.watch(kinds.Lease).listen(({ object }) => {
      if (object?.metadata.name !== ocmNames.lease) return;
      const name = object.metadata.namespace!;
      const text = (object.spec as { renewTime?: string } | undefined)?.renewTime;
      const at = text ? Date.parse(text) : Number.NaN;
      if (Number.isNaN(at) || renewed.get(name) === at) return;
      const first = !renewed.has(name);
      renewed.set(name, at);
      // One timer a cluster: when it goes off it looks at the latest renewal, so renewals themselves cost nothing.
      if (!waiting.has(name)) look(name);
      if (first) return;
      const synced = Math.abs(clock.now() - at) < leaseMs(name);
      const status = conditionOf(clusters.get(name), 'ManagedClusterConditionClockSynced')?.status;
      if (status !== (synced ? 'True' : 'False')) say(name, synced ? clusterSaid.synced : clusterSaid.outOfSync);
    }),
    clusters.listen(({ object, old }) => {
      if (!object) {
        const name = old?.metadata.name ?? '';
        waiting.get(name)?.();
        waiting.delete(name);
        renewed.delete(name);
        return;
      }
      const lease = (one: typeof object | undefined) => JSON.stringify((one?.spec as object | undefined) ?? {});
      const name = object.metadata.name!;
      const reaccepted =
        conditionOf(old, 'HubAcceptedManagedCluster')?.status !==
        conditionOf(object, 'HubAcceptedManagedCluster')?.status;
      // A shorter lease counts at once: a live cluster may flip Unknown and back (real-ocm.md A10).
      if (reaccepted || (old && old.spec !== object.spec && lease(old) !== lease(object))) look(name);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of waiting.values()) cancel();
  };
}
