import type { KubeObject } from '../../../shared/kube.ts';
import { type Api, ApiError, type KindRef } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import { ocmNames } from './names.ts';

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  verbs?: string[];
  resourceNames?: string[];
}

interface Binding {
  subjects?: { kind: string; name: string; namespace?: string }[];
  roleRef?: { kind: string; name: string };
}

export type Verb = 'get' | 'create' | 'update' | 'patch' | 'delete';

/** What the work agent may do on its spoke. */
export interface Rights {
  /** Throws the API server's Forbidden, word for word, when it may not. */
  check(verb: Verb, kind: KindRef, name: string, namespace: string): Promise<void>;
  stop(): void;
}

const agent = { name: 'klusterlet-work-sa', namespace: ocmNames.agentNamespace };
const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const rbac = 'rbac.authorization.k8s.io';

/**
 * Rights that need no grant: `admin` with what OLM aggregates to it, and the klusterlet's own ClusterRoles
 * (OCM manifests/klusterlet/managed/klusterlet-work-clusterrole*.yaml). Neither Nodes nor Modules are among them.
 */
const builtin: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: [
      'bindings',
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'replicationcontrollers',
      'secrets',
      'serviceaccounts',
      'services',
      'namespaces',
    ],
    verbs: all,
  },
  { apiGroups: ['apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io'], resources: ['*'], verbs: all },
  { apiGroups: ['build.openshift.io', 'image.openshift.io', 'route.openshift.io'], resources: ['*'], verbs: all },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: all },
  { apiGroups: [rbac], resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'], verbs: all },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: all },
  { apiGroups: ['work.open-cluster-management.io'], resources: ['appliedmanifestworks'], verbs: all },
  { apiGroups: ['operators.coreos.com'], resources: ['subscriptions'], verbs: all },
  {
    apiGroups: ['operators.coreos.com'],
    resources: ['clusterserviceversions', 'catalogsources', 'installplans', 'operatorgroups'],
    verbs: ['get', 'list', 'watch'],
  },
];

const has = (list: readonly string[] | undefined, value: string) =>
  !!list && (list.includes(value) || list.includes('*'));

function allows(rules: readonly Rule[], verb: Verb, kind: KindRef, name: string): boolean {
  return rules.some(
    (rule) =>
      has(rule.apiGroups, kind.group) &&
      has(rule.resources, kind.plural) &&
      has(rule.verbs, verb) &&
      (!rule.resourceNames?.length || rule.resourceNames.includes(name)),
  );
}

function isAgent(binding: Binding): boolean {
  return !!binding.subjects?.some(
    (one) =>
      (one.kind === 'ServiceAccount' && one.name === agent.name && one.namespace === agent.namespace) ||
      (one.kind === 'User' && one.name === `system:serviceaccount:${agent.namespace}:${agent.name}`) ||
      (one.kind === 'Group' && one.name === `system:serviceaccounts:${agent.namespace}`),
  );
}

const rulesOf = (role: KubeObject | undefined): Rule[] => (role?.rules as Rule[] | undefined) ?? [];

/** Reads the spoke's roles when first asked and again after any of them changed, which `changed` is told. */
export function createRights(api: Api, changed?: () => void): Rights {
  let everywhere: Promise<Rule[]> | undefined;
  const local = new Map<string, Promise<Rule[]>>();
  let stops: (() => void)[] | undefined;
  const forget = () => {
    everywhere = undefined;
    local.clear();
    changed?.();
  };
  const begin = () => {
    stops ??= [kinds.ClusterRole, kinds.ClusterRoleBinding, kinds.Role, kinds.RoleBinding].map((kind) =>
      api.watch(kind, forget),
    );
  };
  const clusterRole = async (name: string | undefined): Promise<Rule[]> => {
    if (name === 'cluster-admin') return [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    return name ? rulesOf(await api.get(kinds.ClusterRole, name)) : [];
  };
  async function readAll(): Promise<Rule[]> {
    const roles = await api.list(kinds.ClusterRole, { labels: { [ocmNames.aggregateToWork]: 'true' } });
    const bindings = await api.list(kinds.ClusterRoleBinding);
    const rules = [...builtin, ...roles.items.flatMap(rulesOf)];
    for (const item of bindings.items) {
      const binding = item as KubeObject & Binding;
      if (isAgent(binding)) rules.push(...(await clusterRole(binding.roleRef?.name)));
    }
    return rules;
  }
  async function readLocal(namespace: string): Promise<Rule[]> {
    const rules: Rule[] = [];
    for (const item of (await api.list(kinds.RoleBinding, { namespace })).items) {
      const { roleRef, ...binding } = item as KubeObject & Binding;
      if (!isAgent(binding) || !roleRef) continue;
      rules.push(
        ...(roleRef.kind === 'ClusterRole'
          ? await clusterRole(roleRef.name)
          : rulesOf(await api.get(kinds.Role, roleRef.name, namespace))),
      );
    }
    return rules;
  }
  return {
    async check(verb, kind, name, namespace) {
      if (allows(builtin, verb, kind, name)) return;
      begin();
      everywhere ??= readAll();
      if (allows(await everywhere, verb, kind, name)) return;
      if (namespace) {
        let rules = local.get(namespace);
        if (!rules) {
          rules = readLocal(namespace);
          local.set(namespace, rules);
        }
        if (allows(await rules, verb, kind, name)) return;
      }
      const resource = kind.group ? `${kind.plural}.${kind.group}` : kind.plural;
      const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
      throw new ApiError(
        403,
        'Forbidden',
        `${resource} "${name}" is forbidden: User "system:serviceaccount:${agent.namespace}:${agent.name}" cannot ${verb} resource "${kind.plural}" in API group "${kind.group}" ${where}`,
      );
    },
    stop() {
      for (const stop of stops ?? []) stop();
    },
  };
}
