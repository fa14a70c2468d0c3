import {
  atomicList,
  boolean,
  dateTime,
  int32,
  intOrString,
  listBy,
  mapOf,
  object,
  partly,
  setOf,
  string,
  stringMap,
} from './shapes.ts';

const condition = partly({ type: string, status: string }, 'type', 'status');

/** core/v1 Container, with the lists that server-side apply merges by key. */
export const container = partly(
  {
    name: string,
    image: string,
    imagePullPolicy: string,
    command: atomicList(string),
    args: atomicList(string),
    env: listBy('name', partly({ name: string, value: string }, 'name')),
    ports: listBy(
      ['containerPort', 'protocol'],
      partly({ containerPort: int32, protocol: { type: 'string', default: 'TCP' } }, 'containerPort'),
    ),
    volumeMounts: listBy(
      'mountPath',
      partly({ name: string, mountPath: string, readOnly: boolean }, 'mountPath', 'name'),
    ),
  },
  'name',
);

export const podSpec = partly({
  nodeName: string,
  nodeSelector: stringMap,
  serviceAccountName: string,
  restartPolicy: { type: 'string', default: 'Always' },
  containers: listBy('name', container),
  initContainers: listBy('name', container),
  volumes: listBy('name', partly({ name: string }, 'name')),
  imagePullSecrets: listBy('name', object({ name: string })),
  tolerations: atomicList(partly({ key: string, operator: string, effect: string, value: string })),
});

export const podStatus = partly({
  phase: string,
  reason: string,
  message: string,
  podIP: string,
  startTime: dateTime,
  conditions: listBy('type', condition),
  containerStatuses: atomicList(partly({ name: string })),
  initContainerStatuses: atomicList(partly({ name: string })),
});

export const nodeSpec = partly({
  unschedulable: boolean,
  providerID: string,
  podCIDR: string,
  podCIDRs: setOf(string),
  taints: atomicList(object({ key: string, value: string, effect: string, timeAdded: dateTime }, 'effect', 'key')),
});

export const nodeStatus = partly({
  capacity: mapOf(intOrString),
  allocatable: mapOf(intOrString),
  conditions: listBy('type', condition),
  addresses: listBy('type', object({ type: string, address: string }, 'address', 'type')),
  nodeInfo: partly({
    kernelVersion: string,
    bootID: string,
    osImage: string,
    kubeletVersion: string,
    architecture: string,
  }),
});
