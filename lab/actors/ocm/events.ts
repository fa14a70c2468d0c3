import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { isoMicros } from './mutate.ts';

const said = {
  Available: {
    type: 'Normal',
    message: (name: string) =>
      `The ${name} is successfully imported, and it is managed by the hub cluster. Its apieserver is available`,
    reporter: 'klusterlet-agent',
  },
  AvailableUnknown: {
    type: 'Warning',
    message: (name: string) =>
      `The ${name} is successfully imported. However, the connection check from the managed cluster to the hub cluster has failed`,
    reporter: 'registration-controller',
  },
} as const;

/** The events.k8s.io-style event that OCM writes about a cluster into the cluster's namespace (spelling as OCM's). */
export function clusterEvent(cluster: KubeObject, now: number, reason: keyof typeof said): KubeObject {
  const name = cluster.metadata.name!;
  const { type, message, reporter } = said[reason];
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${(BigInt(now) * 1_000_000n).toString(16)}`, namespace: name },
    action: reason,
    eventTime: isoMicros(now),
    firstTimestamp: null,
    lastTimestamp: null,
    involvedObject: {
      apiVersion: cluster.apiVersion,
      kind: cluster.kind,
      name,
      namespace: name,
      ...(cluster.metadata.resourceVersion && { resourceVersion: cluster.metadata.resourceVersion }),
      ...(cluster.metadata.uid && { uid: cluster.metadata.uid }),
    },
    message: message(name),
    reason,
    reportingComponent: reporter,
    reportingInstance: `${reporter}-0`,
    source: {},
    type,
  };
}

/** A core/v1 event as event recorders write it, about `about`, in its namespace (cluster-wide objects: `default`). */
export function plainEvent(
  about: KubeObject,
  now: number,
  event: { type: 'Normal' | 'Warning'; reason: string; message: string; component: string },
): KubeObject {
  const { name = '', namespace, uid } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${(BigInt(now) * 1_000_000n).toString(16)}`, namespace: namespace ?? 'default' },
    count: 1,
    firstTimestamp: isoSeconds(now),
    lastTimestamp: isoSeconds(now),
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
    },
    message: event.message,
    reason: event.reason,
    source: { component: event.component },
    reportingComponent: event.component,
    reportingInstance: '',
    type: event.type,
  };
}
