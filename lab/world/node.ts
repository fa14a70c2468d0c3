import type { KubeObject } from '../../shared/kube.ts';

/** What a machine is, as its kubelet reports it. */
export interface Machine {
  name: string;
  kernel: string;
  arch: 'amd64' | 'arm64';
  bootId: string;
  systemUuid: string;
  /** 412.86.202302170236-0 and such: the RHCOS build, as in osImage. */
  rhcos: string;
}

/** A Node of a jetlag single-node OpenShift VM: 8 cores, 18 GB (hub.md 7.1); sums as the real agent reported them. */
export const nodeResources = {
  capacity: { cpu: '8', 'ephemeral-storage': '125293548Ki', memory: '18404428Ki', pods: '250' },
  allocatable: { cpu: '7500m', 'ephemeral-storage': '114396791822', memory: '17253452Ki', pods: '250' },
} as const;

/** The Node object of `machine` without its status. */
export function nodeOf(machine: Machine): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: machine.name,
      labels: {
        'beta.kubernetes.io/arch': machine.arch,
        'kubernetes.io/arch': machine.arch,
        'kubernetes.io/hostname': machine.name,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
        'node-role.kubernetes.io/master': '',
        'node-role.kubernetes.io/worker': '',
        'node.openshift.io/os_id': 'rhcos',
      },
    },
    spec: {},
  };
}

/** The status a kubelet posts at `at` (RFC 3339); `ready` since then. */
export function nodeStatus(machine: Machine, ready: boolean, at: string): Record<string, unknown> {
  return {
    ...nodeResources,
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        reason: ready ? 'KubeletReady' : 'KubeletNotReady',
        message: ready ? 'kubelet is posting ready status' : 'container runtime network not ready',
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      },
    ],
    addresses: [{ type: 'Hostname', address: machine.name }],
    nodeInfo: {
      architecture: machine.arch,
      bootID: machine.bootId,
      containerRuntimeVersion: 'cri-o://1.25.2-6.rhaos4.12.git3c4e50c.el8',
      kernelVersion: machine.kernel,
      kubeProxyVersion: 'v1.25.4+a34b9e9',
      kubeletVersion: 'v1.25.4+a34b9e9',
      machineID: machine.systemUuid.replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: `Red Hat Enterprise Linux CoreOS ${machine.rhcos} (Ootpa)`,
      systemUUID: machine.systemUuid,
    },
  };
}
