import type { Condition, KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { conditionsOf, type Said, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { ensure, mutateStatus, removeIfThere } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';
import { type Selector, selects, type Toleration, tolerated } from './selectors.ts';

interface PlacementSpec {
  clusterSets?: string[];
  numberOfClusters?: number;
  predicates?: { requiredClusterSelector?: { labelSelector?: Selector; claimSelector?: Selector } }[];
  tolerations?: Toleration[];
}

/** Clusters that one PlacementDecision holds at most. */
const decisionSize = 100;

const misconfigured: Said = {
  type: 'PlacementMisconfigured',
  status: 'False',
  reason: 'Succeedconfigured',
  message: 'Placement configurations check pass',
};

function satisfied(sets: number, matched: number, chosen: number, wanted: number | undefined): Said {
  const no = (reason: string, message: string): Said => ({
    type: 'PlacementSatisfied',
    status: 'False',
    reason,
    message,
  });
  if (sets === 0) {
    return no('NoManagedClusterSetBindings', 'No valid ManagedClusterSetBindings found in placement namespace');
  }
  if (matched === 0) {
    return no('NoManagedClusterMatched', 'No ManagedCluster matches any of the cluster predicate');
  }
  if (wanted !== undefined && chosen < wanted) {
    return no('NotAllDecisionsScheduled', `${wanted - chosen} cluster decisions unscheduled`);
  }
  return {
    type: 'PlacementSatisfied',
    status: 'True',
    reason: 'AllDecisionsScheduled',
    message: 'All cluster decisions scheduled',
  };
}

const claimsOf = (cluster: KubeObject): Record<string, string> => {
  const status = cluster.status as { clusterClaims?: { name: string; value: string }[] } | undefined;
  return Object.fromEntries((status?.clusterClaims ?? []).map(({ name, value }) => [name, value]));
};

/** Names of the clusters a placement selects, in order of name, before any limit. */
export function matchingClusters(
  spec: PlacementSpec,
  sets: ReadonlySet<string>,
  clusters: Iterable<KubeObject>,
): string[] {
  const names: string[] = [];
  for (const cluster of clusters) {
    if (cluster.metadata.deletionTimestamp) continue;
    const labels = cluster.metadata.labels ?? {};
    const set = labels[ocmNames.clusterSetLabel];
    if (!(set && sets.has(set)) && !sets.has('global')) continue;
    const taints = (cluster.spec as { taints?: { key: string; effect: string }[] } | undefined)?.taints;
    if (!tolerated(taints, spec.tolerations)) continue;
    const fits =
      !spec.predicates?.length ||
      spec.predicates.some(
        ({ requiredClusterSelector: one }) =>
          selects(one?.labelSelector, labels) && (!one?.claimSelector || selects(one.claimSelector, claimsOf(cluster))),
      );
    if (fits) names.push(cluster.metadata.name!);
  }
  return names.sort();
}

/** OCM's placement controller, and the registration controller's part: cluster sets and their bindings. */
export function startPlacement(hub: HubView): () => void {
  const { clock } = hub;
  const api = hub.api.as('placement');
  const clusters = hub.watch(kinds.ManagedCluster);
  const placements = hub.watch(kinds.Placement);
  const decisions = hub.watch(kinds.PlacementDecision);
  const bindings = hub.watch(kinds.ManagedClusterSetBinding);

  const queue = createQueue(clock, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const placement = placements.get(name, namespace);
    if (!placement || placement.metadata.deletionTimestamp) return;
    const spec = (placement.spec ?? {}) as PlacementSpec;
    const bound = new Set<string>();
    for (const { spec: one } of bindings.inNamespace(namespace)) {
      const set = (one as { clusterSet?: string } | undefined)?.clusterSet;
      if (set && (!spec.clusterSets?.length || spec.clusterSets.includes(set))) bound.add(set);
    }
    const matched = matchingClusters(spec, bound, bound.size > 0 ? clusters.all() : []);
    const chosen = spec.numberOfClusters === undefined ? matched : matched.slice(0, spec.numberOfClusters);
    const slices: string[][] = [];
    for (let at = 0; at < Math.max(1, chosen.length); at += decisionSize)
      slices.push(chosen.slice(at, at + decisionSize));
    const names = slices.map((_, at) => `${name}-decision-${at + 1}`);
    for (const [at, slice] of slices.entries()) await decide(placement, names[at]!, slice);
    for (const old of [...decisions.inNamespace(namespace)]) {
      const mine = old.metadata.labels?.[ocmNames.placementLabel] === name;
      if (mine && !names.includes(old.metadata.name!)) {
        await removeIfThere(api, kinds.PlacementDecision, old.metadata.name!, namespace);
      }
    }
    await mutateStatus(api, kinds.Placement, name, namespace, (status, object) => {
      let conditions: readonly Condition[] = conditionsOf(object);
      conditions = withCondition(conditions, misconfigured, clock.now());
      const said = satisfied(bound.size, matched.length, chosen.length, spec.numberOfClusters);
      conditions = withCondition(conditions, said, clock.now());
      const { numberOfSelectedClusters: before, ...rest } = status;
      const groups = [{ clusterCount: chosen.length, decisionGroupIndex: 0, decisionGroupName: '', decisions: names }];
      const same =
        conditions === conditionsOf(object) &&
        (before ?? 0) === chosen.length &&
        JSON.stringify(status.decisionGroups) === JSON.stringify(groups);
      if (same) return undefined;
      return {
        ...rest,
        conditions,
        decisionGroups: groups,
        // Left out while it never was more than 0.
        ...((chosen.length > 0 || before !== undefined) && { numberOfSelectedClusters: chosen.length }),
      };
    });
  });

  async function decide(placement: KubeObject, name: string, slice: readonly string[]): Promise<void> {
    const { namespace = '', name: owner = '', uid = '' } = placement.metadata;
    await ensure(api, {
      apiVersion: placement.apiVersion,
      kind: 'PlacementDecision',
      metadata: {
        name,
        namespace,
        labels: {
          [ocmNames.groupIndexLabel]: '0',
          [ocmNames.groupNameLabel]: '',
          [ocmNames.placementLabel]: owner,
        },
        ownerReferences: [
          {
            apiVersion: placement.apiVersion,
            blockOwnerDeletion: true,
            controller: true,
            kind: 'Placement',
            name: owner,
            uid,
          },
        ],
      },
    });
    const wanted = slice.map((clusterName) => ({ clusterName, reason: '' }));
    await mutateStatus(api, kinds.PlacementDecision, name, namespace, (status) => {
      const have = (status.decisions ?? []) as { clusterName: string }[];
      const same = have.length === slice.length && have.every((one, at) => one.clusterName === slice[at]);
      return same ? undefined : { ...status, decisions: wanted };
    });
  }

  const keyOf = (object: KubeObject) => `${object.metadata.namespace}/${object.metadata.name}`;
  let all: (() => void) | undefined;
  /** Changes of clusters are gathered: a placement over a whole fleet is worked out once for a burst of them. */
  const everything = () => {
    all ??= clock.after(100, () => {
      all = undefined;
      for (const placement of placements.all()) queue.add(keyOf(placement));
    });
  };
  const byClaims = () =>
    [...placements.all()].some(({ spec }) =>
      (spec as PlacementSpec | undefined)?.predicates?.some((one) => one.requiredClusterSelector?.claimSelector),
    );
  const matters = (object: KubeObject) =>
    JSON.stringify([
      object.metadata.labels,
      (object.spec as { taints?: unknown })?.taints,
      byClaims() ? claimsOf(object) : undefined,
    ]);
  const stops = [
    placements.listen(({ object, old }) => {
      if (object && (!old || old.metadata.generation !== object.metadata.generation)) queue.add(keyOf(object));
    }),
    bindings.listen(({ object, old }) => {
      const namespace = (object ?? old)!.metadata.namespace!;
      for (const placement of placements.inNamespace(namespace)) queue.add(keyOf(placement));
      if (object && conditionsOf(object).length === 0) void bind(object);
    }),
    clusters.listen(({ object, old }) => {
      if (placements.all()[Symbol.iterator]().next().done) return;
      if (!object || !old || object.metadata.deletionTimestamp || matters(object) !== matters(old)) everything();
    }),
    queue.stop,
  ];

  async function bind(binding: KubeObject): Promise<void> {
    const { name = '', namespace = '' } = binding.metadata;
    const said: Said = { type: 'Bound', status: 'True', reason: 'ClusterSetBound', message: '' };
    await mutateStatus(
      hub.api.as('registration'),
      kinds.ManagedClusterSetBinding,
      name,
      namespace,
      (status, object) => ({
        ...status,
        conditions: withCondition(conditionsOf(object), said, clock.now()),
      }),
    );
  }
  return () => {
    for (const stop of stops) stop();
    all?.();
  };
}
