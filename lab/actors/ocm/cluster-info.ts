import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { Spoke } from '../../world/spoke.ts';
import type { HubView } from './hub-view.ts';
import { ensure, mutateStatus } from './mutate.ts';
import { kubernetesVersion } from './registration-agent.ts';

/** An empty ManagedClusterInfo, as ACM's foundation controller makes it when a cluster is accepted. */
export function clusterInfo(cluster: string): KubeObject {
  return {
    apiVersion: 'internal.open-cluster-management.io/v1beta1',
    kind: 'ManagedClusterInfo',
    metadata: { name: cluster, namespace: cluster },
    spec: {},
  };
}

interface NodeStatus {
  capacity?: Record<string, string>;
  conditions?: { type: string; status: string }[];
}

/** The status that the work-manager add-on writes (FND pkg/klusterlet/clusterinfo): nodes by name, OpenShift version. */
export function infoStatus(spoke: Spoke, node: KubeObject, since: string): Record<string, unknown> {
  const status = (node.status ?? {}) as NodeStatus;
  const { openshift } = spoke;
  return {
    conditions: [
      {
        type: 'ManagedClusterInfoSynced',
        status: 'True',
        reason: 'ManagedClusterInfoSynced',
        message: 'Managed cluster info is synced',
        lastTransitionTime: since,
      },
    ],
    version: kubernetesVersion,
    kubeVendor: 'OpenShift',
    cloudVendor: 'BareMetal',
    clusterID: spoke.machine.systemUuid,
    consoleURL: `https://console-openshift-console.apps.${spoke.name}.bastion.example`,
    distributionInfo: {
      type: 'OCP',
      ocp: {
        version: openshift,
        desiredVersion: openshift,
        desired: { version: openshift },
        channel: `stable-${openshift.split('.').slice(0, 2).join('.')}`,
        upgradeFailed: false,
        versionHistory: [{ state: 'Completed', version: openshift, verified: false }],
      },
    },
    nodeList: [
      {
        name: spoke.name,
        ...(status.capacity && { capacity: { cpu: status.capacity.cpu, memory: status.capacity.memory } }),
        conditions: (status.conditions ?? [])
          .filter(({ type }) => type === 'Ready')
          .map(({ type, status: ready }) => ({ type, status: ready })),
        labels: {
          'node-role.kubernetes.io/master': '',
          'node-role.kubernetes.io/worker': '',
        },
      },
    ],
  };
}

/** The hub's part: a ManagedClusterInfo for every accepted cluster. */
export function startClusterInfos(hub: HubView): () => void {
  const api = hub.api.as('foundation-controller');
  return hub.watch(kinds.ManagedCluster).listen(({ object, old }) => {
    const accepted = (one: KubeObject | undefined) =>
      ((one?.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? []).some(
        ({ type, status }) => type === 'HubAcceptedManagedCluster' && status === 'True',
      );
    if (object && accepted(object) && !accepted(old)) {
      void ensure(api, clusterInfo(object.metadata.name!)).catch(() => undefined);
    }
  });
}

/** The spoke's part: keeps the status true while the work-manager add-on runs. */
export function startInfoAgent(hub: HubView, spoke: Spoke): () => void {
  const { clock, name } = spoke;
  const api = hub.api.as('work-manager');
  const infos = hub.watch(kinds.ManagedClusterInfo);
  let node: KubeObject | undefined;
  const write = () => {
    const current = node;
    if (!current || !spoke.running('work-manager') || !spoke.gate.open || !infos.get(name, name)) return;
    void mutateStatus(api, kinds.ManagedClusterInfo, name, name, (status) => {
      const since = (status.conditions as { lastTransitionTime?: string }[] | undefined)?.[0]?.lastTransitionTime;
      const next = { ...status, ...infoStatus(spoke, current, since ?? isoSeconds(clock.now())) };
      return JSON.stringify(next) === JSON.stringify(status) ? undefined : next;
    });
  };
  const stops = [
    spoke.core.watch(kinds.Node, (event) => {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return;
      node = event.object;
      write();
    }),
    infos.listenAt(name, ({ object, old }) => {
      if (object && !old) write();
    }),
    spoke.listen((event) => {
      if (event.type === 'started' && event.agent === 'work-manager') write();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
