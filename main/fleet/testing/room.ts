import type { KubeObject } from '../../../shared/kube.ts';
import type { Change } from '../../hubs/projector.ts';
import type { KindName } from '../../kube/resources.ts';
import { createObjects } from '../../store/objects.ts';
import { openStore, type Store } from '../../store/open.ts';
import { addHub } from '../../store/testing/hub-row.ts';
import { createFleet } from '../fleet.ts';

/** For tests: the fleet room over an empty store with hub `h`, fed by hand as the feeds would. */
export function createFleetRoom() {
  const store: Store = openStore(':memory:');
  addHub(store, 'h');
  const unused = new Proxy({}, { get: () => () => undefined }) as never;
  const fleet = createFleet({ store, sessions: unused, clock: unused });
  const objects = createObjects(store);
  let version = 0;
  const tell = (kind: KindName, metadata: KubeObject['metadata'], object: KubeObject | undefined, listing: boolean) => {
    const { namespace = '', name = '' } = metadata;
    const change: Change = { hub: 'h', kind, namespace, name, object, seenAt: 'seen', hubAt: 'hubAt', listing };
    return store.transaction(() => {
      if (object) objects.put('h', kind, object, 'seen');
      else objects.remove({ hub: 'h', kind, namespace, name });
      return fleet.projector.project(change);
    });
  };
  return {
    ...{ store, fleet, handlers: fleet.handlers },
    put(kind: KindName, object: KubeObject, listing = false) {
      version += 1;
      const metadata = { ...object.metadata, resourceVersion: String(version) };
      return tell(kind, metadata, { ...object, metadata }, listing);
    },
    remove: (kind: KindName, name: string, namespace?: string) =>
      tell(kind, { name, ...(namespace && { namespace }) }, undefined, false),
    /** Sentences of the timeline, oldest first. */
    told: () =>
      store.db
        .prepare(`select at || ' ' || event || ': ' || sentence from timeline order by id`)
        .pluck()
        .all() as string[],
  };
}

export interface ClusterOptions {
  available?: 'True' | 'False' | 'Unknown';
  availableAt?: string;
  joined?: boolean;
  accepted?: boolean;
  labels?: Record<string, string>;
  claims?: Record<string, string>;
  deleting?: boolean;
}

/** A ManagedCluster as OCM writes it. */
export function cluster(name: string, options: ClusterOptions = {}): KubeObject {
  const { available = 'True', availableAt = 't1', joined = true, accepted = true, labels = {}, claims = {} } = options;
  const condition = (type: string, status: string, lastTransitionTime = 't0') => ({ type, status, lastTransitionTime });
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      uid: `u-${name}`,
      creationTimestamp: 't0',
      labels,
      ...(options.deleting && { deletionTimestamp: 't9' }),
    },
    spec: { hubAcceptsClient: accepted },
    status: {
      version: { kubernetes: 'v1.25.4' },
      clusterClaims: Object.entries(claims).map(([claim, value]) => ({ name: claim, value })),
      conditions: [
        condition('HubAcceptedManagedCluster', 'True'),
        ...(joined ? [condition('ManagedClusterJoined', 'True', 't0joined')] : []),
        ...(joined ? [condition('ManagedClusterConditionAvailable', available, availableAt)] : []),
      ],
    },
  };
}

export const addon = (spoke: string, name: string, available: string): KubeObject => ({
  apiVersion: 'addon.open-cluster-management.io/v1alpha1',
  kind: 'ManagedClusterAddOn',
  metadata: { name, namespace: spoke },
  status: {
    conditions: [{ type: 'Available', status: available, reason: 'R', message: 'm', lastTransitionTime: 't5' }],
  },
});

export const info = (spoke: string, nodes: string[], version: string): KubeObject => ({
  apiVersion: 'internal.open-cluster-management.io/v1beta1',
  kind: 'ManagedClusterInfo',
  metadata: { name: spoke, namespace: spoke },
  status: { nodeList: nodes.map((name) => ({ name })), distributionInfo: { ocp: { version } } },
});
