import type { KubeObject } from '../../shared/kube.ts';
import { openshiftSort } from '../../shared/rules/openshift-sort.ts';
import { neededAddons, operative } from '../../shared/rules/operative.ts';
import type { Change, Projector } from '../hubs/projector.ts';
import { createAddons } from '../store/addons.ts';
import { createObjects } from '../store/objects.ts';
import type { Store } from '../store/open.ts';
import { createSpokes, type SpokeFacts } from '../store/spokes.ts';
import { createTimeline } from '../store/timeline.ts';
import { clusterFacts, conditionsOf, infoFacts } from './cluster-facts.ts';
import { transitions } from './transitions.ts';

const nothing: readonly string[] = [];

/** ManagedCluster, ManagedClusterInfo and ManagedClusterAddOn → spoke, spoke_label, spoke_kernel, addon and timeline. */
export function createFleetProjector(store: Store): Projector {
  const spokes = createSpokes(store);
  const addons = createAddons(store);
  const objects = createObjects(store);
  const timeline = createTimeline(store);

  const stored = (hub: string, kind: string, namespace: string, name: string) =>
    objects.get({ hub, kind, namespace, name })?.object;

  /** Writes the spoke anew from its ManagedCluster and what is already known of it. */
  function write(change: Change, object: KubeObject, info?: KubeObject): readonly string[] {
    const { hub, hubAt, seenAt } = change;
    const name = object.metadata.name ?? '';
    const before = spokes.get(hub, name);
    const facts = clusterFacts(object);
    const is = operative({ ...facts, addons: addons.ofSpoke(hub, name) });
    const about =
      info ?? (!before || facts.openshift === '' ? stored(hub, 'ManagedClusterInfo', name, name) : undefined);
    const { nodes, openshift } = infoFacts(about);
    const nodeNames = about ? JSON.stringify(nodes) : (before?.node_names_json ?? '[]');
    const version = facts.openshift || openshift;
    const createdAt = object.metadata.creationTimestamp ?? hubAt;
    const after: SpokeFacts = {
      hub,
      name,
      availability: is.availability,
      operative: is.operative ? 1 : 0,
      reason: is.reason,
      openshift: version,
      openshift_sort: openshiftSort(version),
      kubernetes: facts.kubernetes,
      kernels: facts.kernels.join('\n'),
      claims_cut: facts.claimsCut ? 1 : 0,
      nodes: about ? nodes.length : (before?.nodes ?? 0),
      node_names_json: nodeNames,
      label_keys: Object.keys(facts.labels).sort().join('\n'),
      labels_json: JSON.stringify(facts.labels),
      uid: object.metadata.uid ?? '',
      since: is.since ?? createdAt,
      created_at: createdAt,
    };
    if (before && same(before, after)) return nothing;
    spokes.put(after, before !== undefined);
    if (before?.labels_json !== after.labels_json) spokes.setLabels(hub, name, facts.labels);
    if ((before?.kernels ?? '') !== after.kernels) spokes.setKernels(hub, name, facts.kernels);
    if (before) {
      const joinedAt = facts.conditions.find(({ type }) => type === 'ManagedClusterJoined')?.lastTransitionTime;
      for (const news of transitions(before, after, joinedAt, hubAt))
        timeline.add({ hub, seenAt, spoke: name, ...news });
    } else if (!change.listing) {
      const sentence = `${name} is known to the hub.`;
      timeline.add({ hub, at: createdAt, seenAt, spoke: name, event: 'added', sentence, tone: 'neutral' });
    }
    return ['spoke', 'timeline'];
  }

  function cluster(change: Change): readonly string[] {
    if (change.object) return write(change, change.object);
    const { hub, name, hubAt, seenAt } = change;
    if (!spokes.get(hub, name)) return nothing;
    spokes.remove(hub, name);
    const sentence = `${name} was deleted from the hub.`;
    timeline.add({ hub, at: hubAt, seenAt, spoke: name, event: 'deleted', sentence, tone: 'bad' });
    return ['spoke', 'timeline'];
  }

  function info(change: Change): readonly string[] {
    const { hub, namespace: name } = change;
    const before = spokes.get(hub, name);
    // Without its info a spoke keeps the nodes it had: they have not gone from the world.
    if (!before || !change.object) return nothing;
    const { nodes, openshift } = infoFacts(change.object);
    const known = before.node_names_json === JSON.stringify(nodes);
    if (known && before.openshift === openshift) return nothing;
    const object = stored(hub, 'ManagedCluster', '', name);
    return object ? write(change, object, change.object) : nothing;
  }

  function addon(change: Change): readonly string[] {
    const { hub, namespace: spoke, name, object } = change;
    if (object) {
      const available = conditionsOf(object).find(({ type }) => type === 'Available');
      addons.put({
        ...{ hub, spoke, name, available: available?.status ?? '', reason: available?.reason ?? '' },
        ...{ message: available?.message ?? '', since: available?.lastTransitionTime ?? null },
      });
    } else addons.remove(hub, spoke, name);
    if (!neededAddons.includes(name)) return ['addon'];
    const before = spokes.get(hub, spoke);
    if (before?.availability !== 'available') return ['addon'];
    const status = object && conditionsOf(object).find(({ type }) => type === 'Available')?.status;
    // The common case in a full list: all is well and stays so.
    if (before.operative === 1 && status !== 'Unknown' && status !== 'False') return ['addon'];
    const cluster = stored(hub, 'ManagedCluster', '', spoke);
    return cluster ? ['addon', ...write(change, cluster)] : ['addon'];
  }

  return {
    kinds: ['ManagedCluster', 'ManagedClusterInfo', 'ManagedClusterAddOn'],
    project(change) {
      if (change.kind === 'ManagedCluster') return cluster(change);
      return change.kind === 'ManagedClusterInfo' ? info(change) : addon(change);
    },
  };
}

function same(before: object, after: SpokeFacts): boolean {
  const old = before as Record<string, unknown>;
  return Object.entries(after).every(([column, value]) => old[column] === value);
}
