import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { conditionsOf, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { ensure, mutateStatus } from './mutate.ts';
import { ocmNames } from './names.ts';

/** The two cluster sets that OCM makes by itself. */
const defaultSets: readonly KubeObject[] = [
  {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name: 'default' },
    spec: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } },
  },
  {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name: 'global' },
    spec: { clusterSelector: { labelSelector: {}, selectorType: 'LabelSelector' } },
  },
];

/** Makes the sets `default` and `global` and keeps their counts. */
export function startClusterSets(hub: HubView): () => void {
  const { clock } = hub;
  const api = hub.api.as('registration');
  const clusters = hub.watch(kinds.ManagedCluster);
  let waiting: (() => void) | undefined;
  async function count(): Promise<void> {
    let inDefault = 0;
    let total = 0;
    for (const cluster of clusters.all()) {
      total += 1;
      if (cluster.metadata.labels?.[ocmNames.clusterSetLabel] === 'default') inDefault += 1;
    }
    for (const [name, number] of [
      ['default', inDefault],
      ['global', total],
    ] as const) {
      await mutateStatus(api, kinds.ManagedClusterSet, name, '', (status, set) => {
        const old = conditionsOf(set);
        const conditions = withCondition(
          old,
          number > 0
            ? {
                type: 'ClusterSetEmpty',
                status: 'False',
                reason: 'ClustersSelected',
                message: `${number} ManagedClusters selected`,
              }
            : {
                type: 'ClusterSetEmpty',
                status: 'True',
                reason: 'NoClusterMatched',
                message: 'No ManagedCluster selected',
              },
          clock.now(),
        );
        return conditions === old ? undefined : { ...status, conditions };
      });
    }
  }
  const soon = () => {
    waiting ??= clock.after(1_000, () => {
      waiting = undefined;
      void count();
    });
  };
  const stop = clusters.listen(({ object, old }) => {
    const setOf = (one: KubeObject | undefined) => one?.metadata.labels?.[ocmNames.clusterSetLabel];
    if (!object || !old || setOf(object) !== setOf(old)) soon();
  });
  void (async () => {
    for (const set of defaultSets) await ensure(api, set);
    soon();
  })();
  return () => {
    stop();
    waiting?.();
  };
}
