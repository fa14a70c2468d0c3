import type { KindRef } from '../api.ts';
import type { Column, KindSchema, Schema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { columns } from './kubernetes-columns.ts';
import { container, nodeSpec, nodeStatus, podSpec, podStatus } from './kubernetes-pod.ts';
import {
  atomicList,
  boolean,
  dateTime,
  described,
  int32,
  int64,
  list,
  listBy,
  mapOf,
  object,
  objectReference,
  open,
  partly,
  string,
  stringMap,
  strings,
} from './shapes.ts';

interface About {
  description: string;
  schema: Schema;
  status?: boolean;
  generation?: boolean;
  shortNames?: string[];
  categories?: string[];
  selectable?: string[];
  columns?: readonly Column[];
}

const builtin = (ref: KindRef, about: About): KindSchema => {
  const { version, ...kind } = ref;
  return {
    ...kind,
    builtin: true,
    generation: about.generation ?? false,
    ...(about.shortNames && { shortNames: about.shortNames }),
    ...(about.categories && { categories: about.categories }),
    versions: [
      {
        name: version,
        schema: described(about.description, about.schema),
        status: about.status ?? false,
        selectable: about.selectable ?? [],
        columns: about.columns ?? [],
      },
    ],
  };
};

const bytes = mapOf({ type: 'string', format: 'byte' });
const conditions = listBy('type', partly({ type: string, status: string }, 'type'));
const policyRules = list(
  object(
    {
      verbs: atomicList(string),
      apiGroups: strings,
      resources: strings,
      resourceNames: strings,
      nonResourceURLs: strings,
    },
    'verbs',
  ),
  { 'x-kubernetes-list-type': 'atomic' },
);
const roleRef = {
  ...object({ apiGroup: string, kind: string, name: string }, 'kind', 'name'),
  'x-kubernetes-map-type': 'atomic' as const,
};
const subjects = atomicList(
  object({ apiGroup: string, kind: string, name: string, namespace: string }, 'kind', 'name'),
);
const role = object({ rules: policyRules });
const binding = object({ roleRef, subjects }, 'roleRef');

/** What every API server of the lab serves. One array: cores share what is made from it. */
export const kubernetesKinds: readonly KindSchema[] = [
  builtin(kinds.Namespace, {
    description: 'Namespace provides a scope for names.',
    schema: object({ spec: object({ finalizers: atomicList(string) }), status: object({ phase: string, conditions }) }),
    status: true,
    shortNames: ['ns'],
    selectable: ['status.phase'],
    columns: columns.Namespace,
  }),
  builtin(kinds.Node, {
    description: 'Node is a worker machine of the cluster.',
    schema: object({ spec: nodeSpec, status: nodeStatus }),
    status: true,
    shortNames: ['no'],
    selectable: ['spec.unschedulable'],
    columns: columns.Node,
  }),
  builtin(kinds.Pod, {
    description: 'Pod is a collection of containers that run on one node.',
    schema: object({ spec: podSpec, status: podStatus }),
    status: true,
    shortNames: ['po'],
    categories: ['all'],
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
    ],
    columns: columns.Pod,
  }),
  builtin(kinds.Event, {
    description: 'Event reports what happened to an object.',
    schema: object(
      {
        involvedObject: objectReference,
        reason: string,
        message: string,
        type: string,
        count: int32,
        firstTimestamp: { ...dateTime, nullable: true },
        lastTimestamp: { ...dateTime, nullable: true },
        eventTime: { ...dateTime, nullable: true },
        source: object({ component: string, host: string }),
        reportingComponent: string,
        reportingInstance: string,
        action: string,
        related: objectReference,
        series: object({ count: int32, lastObservedTime: dateTime }),
      },
      'involvedObject',
    ),
    shortNames: ['ev'],
    selectable: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
    columns: columns.Event,
  }),
  builtin(kinds.Secret, {
    description: 'Secret holds secret data, base64 in its values.',
    schema: object({ data: bytes, stringData: stringMap, type: string, immutable: boolean }),
    selectable: ['type'],
    columns: columns.Secret,
  }),
  builtin(kinds.ConfigMap, {
    description: 'ConfigMap holds configuration data.',
    schema: object({ data: stringMap, binaryData: bytes, immutable: boolean }),
    shortNames: ['cm'],
    columns: columns.ConfigMap,
  }),
  builtin(kinds.ServiceAccount, {
    description: 'ServiceAccount is an identity for programs in the cluster.',
    schema: object({
      secrets: listBy('name', objectReference),
      imagePullSecrets: atomicList(object({ name: string })),
      automountServiceAccountToken: boolean,
    }),
    shortNames: ['sa'],
    columns: columns.ServiceAccount,
  }),
  builtin(kinds.Deployment, {
    description: 'Deployment runs and updates a number of equal Pods.',
    schema: object({
      spec: partly({
        replicas: { ...int32, default: 1 },
        selector: { ...open, 'x-kubernetes-map-type': 'atomic' },
        template: partly({ spec: partly({ containers: listBy('name', container) }) }),
      }),
      status: partly({
        replicas: int32,
        readyReplicas: int32,
        availableReplicas: int32,
        observedGeneration: int64,
        conditions,
      }),
    }),
    status: true,
    generation: true,
    shortNames: ['deploy'],
    categories: ['all'],
    columns: columns.Deployment,
  }),
  builtin(kinds.Lease, {
    description: 'Lease shows that its holder is alive.',
    schema: object({
      spec: object({
        holderIdentity: string,
        leaseDurationSeconds: int32,
        leaseTransitions: int32,
        acquireTime: dateTime,
        renewTime: dateTime,
      }),
    }),
    columns: columns.Lease,
  }),
  builtin(kinds.CertificateSigningRequest, {
    description: 'CertificateSigningRequest asks for a certificate that a signer issues once it is approved.',
    schema: object({
      spec: object(
        {
          request: { type: 'string', format: 'byte' },
          signerName: string,
          expirationSeconds: int32,
          usages: atomicList(string),
          username: string,
          uid: string,
          groups: atomicList(string),
          extra: mapOf(atomicList(string)),
        },
        'request',
        'signerName',
      ),
      status: object({ conditions, certificate: { type: 'string', format: 'byte' } }),
    }),
    status: true,
    shortNames: ['csr'],
    selectable: ['spec.signerName'],
    columns: columns.CertificateSigningRequest,
  }),
  builtin(kinds.ClusterRole, {
    description: 'ClusterRole is a set of rights for the whole cluster.',
    schema: object({
      rules: policyRules,
      aggregationRule: { ...open, 'x-kubernetes-map-type': 'atomic' },
    }),
    columns: columns.ClusterRole,
  }),
  builtin(kinds.ClusterRoleBinding, {
    description: 'ClusterRoleBinding grants a ClusterRole to subjects.',
    schema: binding,
    columns: columns.Binding,
  }),
  builtin(kinds.Role, {
    description: 'Role is a set of rights in its namespace.',
    schema: role,
    columns: columns.ClusterRole,
  }),
  builtin(kinds.RoleBinding, {
    description: 'RoleBinding grants a role to subjects in its namespace.',
    schema: binding,
    columns: columns.Binding,
  }),
  builtin(kinds.CustomResourceDefinition, {
    description: 'CustomResourceDefinition makes the server serve a kind.',
    schema: object({
      spec: open,
      status: partly({ conditions, acceptedNames: open, storedVersions: strings }),
    }),
    status: true,
    generation: true,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    columns: columns.CustomResourceDefinition,
  }),
];
