import { randomBytes } from 'node:crypto';
import type { KubeObject } from '../../../shared/kube.ts';
import type { Core } from '../core.ts';
import type { Rule } from '../rbac.ts';
import type { KeyPair } from './authority.ts';
import type { ApiFront } from './serve.ts';

/** Ways to log in to a lab hub. */
export interface Logins {
  /** A client certificate with O=system:masters: may do everything. */
  admin: KeyPair;
  /** User `edge-engineer`, bound to cluster-admin. */
  engineer: { token: string };
  /** User `auditor`, bound to cluster-reader: get, list and watch only. */
  reader: { token: string };
}

const rbac = 'rbac.authorization.k8s.io';
const role = (name: string, rules: readonly Rule[], labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels } },
  rules,
});
const bind = (name: string, to: string, kind: 'User' | 'Group', subject: string): KubeObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: to },
  subjects: [{ apiGroup: rbac, kind, name: subject }],
});
const everything = { apiGroups: ['*'], resources: ['*'] };

/** The roles a cluster has from the start, as far as people bind them. */
const bootstrap: readonly KubeObject[] = [
  role('cluster-admin', [
    { ...everything, verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  role('cluster-reader', [{ ...everything, verbs: ['get', 'list', 'watch'] }]),
  role('system:basic-user', [
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      verbs: ['create'],
    },
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
  ]),
  bind('cluster-admin', 'cluster-admin', 'Group', 'system:masters'),
  bind('system:basic-user', 'system:basic-user', 'Group', 'system:authenticated'),
  bind('edge-engineers', 'cluster-admin', 'User', 'edge-engineer'),
  bind('auditors', 'cluster-reader', 'User', 'auditor'),
];

/** Makes the roles, where they are missing, and an identity of each sort with fresh secrets. */
export async function createLogins(core: Core, front: ApiFront): Promise<Logins> {
  for (const object of bootstrap) {
    const served = core.registry.of(object);
    if (core.store.collection(served.kind).get('', object.metadata.name!)) continue;
    core.writer.create(served, object, '', { manager: 'kube-apiserver' });
  }
  const token = (user: string) => {
    const text = randomBytes(24).toString('base64url');
    front.tokens.add(text, { name: user, groups: [] });
    return { token: text };
  };
  return {
    admin: await front.authority.client('admin', ['system:masters']),
    engineer: token('edge-engineer'),
    reader: token('auditor'),
  };
}
