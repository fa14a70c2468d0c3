/** A field of a message: its JSON name and how it is read. */
export interface Field {
  name: string;
  type: 'string' | 'int' | 'bool' | 'bytes' | 'time' | Message;
  list?: boolean;
  map?: boolean;
  /** Kept even when empty. */
  keep?: boolean;
}

/** Fields by their numbers, as the `generated.proto` files of k8s.io/api and k8s.io/apimachinery number them. */
export interface Message {
  [number: number]: Field;
}

const text = (name: string): Field => ({ name, type: 'string' });
const texts = (name: string): Field => ({ name, type: 'string', list: true });
const int = (name: string): Field => ({ name, type: 'int' });
const bool = (name: string): Field => ({ name, type: 'bool' });
const time = (name: string): Field => ({ name, type: 'time' });
const map = (name: string, type: 'string' | 'bytes' = 'string'): Field => ({ name, type, map: true });
const one = (name: string, type: Message): Field => ({ name, type });
const kept = (name: string, type: Message): Field => ({ name, type, keep: true });
const many = (name: string, type: Message): Field => ({ name, type, list: true });

/** runtime.Unknown. */
export const envelope: Message = {
  1: one('type', { 1: text('apiVersion'), 2: text('kind') }),
  2: { name: 'raw', type: 'bytes' },
};

const ownerReference: Message = {
  1: text('kind'),
  3: text('name'),
  4: text('uid'),
  5: text('apiVersion'),
  6: bool('controller'),
  7: bool('blockOwnerDeletion'),
};
const metadata = kept('metadata', {
  1: text('name'),
  2: text('generateName'),
  3: text('namespace'),
  5: text('uid'),
  6: text('resourceVersion'),
  7: int('generation'),
  8: time('creationTimestamp'),
  9: time('deletionTimestamp'),
  11: map('labels'),
  12: map('annotations'),
  13: many('ownerReferences', ownerReference),
  14: texts('finalizers'),
});
const localReference: Message = { 1: text('name') };
const selector: Message = {
  1: map('matchLabels'),
  2: many('matchExpressions', { 1: text('key'), 2: text('operator'), 3: texts('values') }),
};
const rules = many('rules', {
  1: texts('verbs'),
  2: texts('apiGroups'),
  3: texts('resources'),
  4: texts('resourceNames'),
  5: texts('nonResourceURLs'),
});
const binding: Message = {
  1: metadata,
  2: many('subjects', { 1: text('kind'), 2: text('apiGroup'), 3: text('name'), 4: text('namespace') }),
  3: one('roleRef', { 1: text('apiGroup'), 2: text('kind'), 3: text('name') }),
};
const resourceAttributes = one('resourceAttributes', {
  1: text('namespace'),
  2: text('verb'),
  3: text('group'),
  4: text('version'),
  5: text('resource'),
  6: text('subresource'),
  7: text('name'),
});
const nonResourceAttributes = one('nonResourceAttributes', { 1: text('path'), 2: text('verb') });

/** The kinds that kubectl's own commands send, by name: create …, auth …, certificate …, delete. */
export const messages: Record<string, Message> = {
  Namespace: { 1: metadata, 2: one('spec', { 1: texts('finalizers') }), 3: one('status', { 1: text('phase') }) },
  ServiceAccount: {
    1: metadata,
    3: many('imagePullSecrets', localReference),
    4: bool('automountServiceAccountToken'),
  },
  ConfigMap: { 1: metadata, 2: map('data'), 3: map('binaryData', 'bytes'), 4: bool('immutable') },
  Secret: { 1: metadata, 2: map('data', 'bytes'), 3: text('type'), 4: map('stringData'), 5: bool('immutable') },
  Role: { 1: metadata, 2: rules },
  ClusterRole: { 1: metadata, 2: rules, 3: one('aggregationRule', { 1: many('clusterRoleSelectors', selector) }) },
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  Lease: {
    1: metadata,
    2: one('spec', {
      1: text('holderIdentity'),
      2: int('leaseDurationSeconds'),
      3: time('acquireTime'),
      4: time('renewTime'),
      5: int('leaseTransitions'),
    }),
  },
  CertificateSigningRequest: {
    1: metadata,
    2: one('spec', {
      1: { name: 'request', type: 'bytes' },
      2: text('username'),
      3: text('uid'),
      4: texts('groups'),
      5: texts('usages'),
      7: text('signerName'),
      8: int('expirationSeconds'),
    }),
    3: one('status', {
      1: many('conditions', {
        1: text('type'),
        2: text('reason'),
        3: text('message'),
        4: time('lastUpdateTime'),
        5: time('lastTransitionTime'),
        6: text('status'),
      }),
      2: { name: 'certificate', type: 'bytes' },
    }),
  },
  SelfSubjectAccessReview: { 1: metadata, 2: one('spec', { 1: resourceAttributes, 2: nonResourceAttributes }) },
  SubjectAccessReview: {
    1: metadata,
    2: one('spec', { 1: resourceAttributes, 2: nonResourceAttributes, 3: text('user'), 4: texts('groups') }),
  },
  SelfSubjectRulesReview: { 1: metadata, 2: one('spec', { 1: text('namespace') }) },
  SelfSubjectReview: { 1: metadata },
  DeleteOptions: {
    1: int('gracePeriodSeconds'),
    2: one('preconditions', { 1: text('uid'), 2: text('resourceVersion') }),
    3: bool('orphanDependents'),
    4: text('propagationPolicy'),
    5: texts('dryRun'),
  },
};
