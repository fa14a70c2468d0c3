import type { KubeObject } from '../../shared/kube.ts';
import type { Column } from '../apiserver/kind-schema.ts';
import { age } from '../apiserver/table-cells.ts';

interface Status {
  phase?: string;
  reason?: string;
  conditions?: { type: string; status: string }[];
  containerStatuses?: {
    ready?: boolean;
    restartCount?: number;
    state?: { waiting?: { reason?: string }; terminated?: { reason?: string; exitCode?: number } };
  }[];
  nodeInfo?: Record<string, string>;
  addresses?: { type: string; address: string }[];
  [count: string]: unknown;
}

const statusOf = (object: KubeObject) => (object.status ?? {}) as Status;
const specOf = (object: KubeObject) => (object.spec ?? {}) as Record<string, unknown>;
const text = (name: string, cell: (object: KubeObject, now: number) => unknown, priority = 0): Column => ({
  name,
  type: 'string',
  priority,
  cell,
});
const Age = text('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now));
const size = (value: unknown) => (value && typeof value === 'object' ? Object.keys(value).length : 0);

/** STATUS of a pod, as kubectl's printer makes it from phase and container states. */
function podState(pod: KubeObject): string {
  const { phase = '', reason, containerStatuses = [] } = statusOf(pod);
  let state = reason ?? phase;
  for (const { state: container } of containerStatuses) {
    if (container?.waiting?.reason) state = container.waiting.reason;
    else if (container?.terminated?.reason) state = container.terminated.reason;
    else if (container?.terminated) state = `ExitCode:${container.terminated.exitCode ?? 0}`;
  }
  return pod.metadata.deletionTimestamp ? 'Terminating' : state;
}

function nodeState(node: KubeObject): string {
  const ready = statusOf(node).conditions?.find(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return specOf(node)['unschedulable'] ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = 'node-role.kubernetes.io/';
const rolesOf = ({ metadata }: KubeObject) =>
  Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(rolePrefix))
    .map((label) => label.slice(rolePrefix.length))
    .sort()
    .join(',') || '<none>';
const info = (key: string) => (node: KubeObject) => statusOf(node).nodeInfo?.[key] ?? '<unknown>';
const address = (type: string) => (node: KubeObject) =>
  statusOf(node).addresses?.find((one) => one.type === type)?.address ?? '<none>';
const created = text('Created At', ({ metadata }) => metadata.creationTimestamp);
const involved = (event: KubeObject) => (event.involvedObject ?? {}) as { kind?: string; name?: string };

/** The columns of `kubectl get` for the kinds of Kubernetes itself. */
export const columns = {
  Namespace: [text('Status', (object) => statusOf(object).phase ?? ''), Age],
  Node: [
    text('Status', nodeState),
    text('Roles', rolesOf),
    Age,
    text('Version', info('kubeletVersion')),
    text('Internal-IP', address('InternalIP'), 1),
    text('External-IP', address('ExternalIP'), 1),
    text('OS-Image', info('osImage'), 1),
    text('Kernel-Version', info('kernelVersion'), 1),
    text('Container-Runtime', info('containerRuntimeVersion'), 1),
  ],
  Pod: [
    text('Ready', (pod) => {
      const all = (specOf(pod)['containers'] as unknown[] | undefined)?.length ?? 0;
      return `${statusOf(pod).containerStatuses?.filter(({ ready }) => ready).length ?? 0}/${all}`;
    }),
    text('Status', podState),
    text('Restarts', (pod) =>
      String(statusOf(pod).containerStatuses?.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0) ?? 0),
    ),
    Age,
    text('IP', (pod) => statusOf(pod)['podIP'] ?? '<none>', 1),
    text('Node', (pod) => specOf(pod)['nodeName'] ?? '<none>', 1),
  ],
  Event: [
    text('Last Seen', (event, now) =>
      age(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp, now),
    ),
    text('Type', (event) => event.type ?? ''),
    text('Reason', (event) => event.reason ?? ''),
    text('Object', (event) => `${involved(event).kind?.toLowerCase() ?? ''}/${involved(event).name ?? ''}`),
    text('Message', (event) => String(event.message ?? '').trim()),
  ],
  Secret: [text('Type', ({ type }) => type), { ...text('Data', ({ data }) => size(data)), type: 'integer' }, Age],
  ConfigMap: [{ ...text('Data', ({ data, binaryData }) => size(data) + size(binaryData)), type: 'integer' }, Age],
  ServiceAccount: [{ ...text('Secrets', ({ secrets }) => size(secrets)), type: 'integer' }, Age],
  Deployment: [
    text('Ready', (object) => `${statusOf(object)['readyReplicas'] ?? 0}/${specOf(object)['replicas'] ?? 1}`),
    text('Up-to-date', (object) => statusOf(object)['updatedReplicas'] ?? 0),
    text('Available', (object) => statusOf(object)['availableReplicas'] ?? 0),
    Age,
  ],
  Lease: [text('Holder', (object) => specOf(object)['holderIdentity'] ?? ''), Age],
  CertificateSigningRequest: [
    Age,
    text('SignerName', (object) => specOf(object)['signerName'] ?? '<none>'),
    text('Requestor', (object) => specOf(object)['username'] ?? '<none>'),
    text('RequestedDuration', () => '<none>'),
    text('Condition', (object) => {
      const { conditions = [], certificate } = statusOf(object);
      const said = conditions.map(({ type }) => type);
      return said.length === 0 ? 'Pending' : [...said, ...(certificate ? ['Issued'] : [])].join(',');
    }),
  ],
  ClusterRole: [created],
  Binding: [
    text('Role', ({ roleRef }) => {
      const { kind, name } = roleRef as { kind: string; name: string };
      return `${kind}/${name}`;
    }),
    Age,
  ],
  CustomResourceDefinition: [created],
} satisfies Record<string, readonly Column[]>;
