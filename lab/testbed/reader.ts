import type { KubeObject } from '../../shared/kube.ts';

/** What lets `user` get, list and watch everything, and nothing else: a ClusterRole and its binding. */
export function readerRights(user: string): KubeObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const name = 'reads-all';
  return [
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ];
}
