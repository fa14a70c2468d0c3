import type { KubeObject } from '../../shared/kube.ts';
import type { Core } from './core.ts';
import type { User } from './http/users.ts';

/** What someone wants to do (authorization/v1 ResourceAttributes). */
export interface Attributes {
  verb: string;
  group: string;
  plural: string;
  subresource: string;
  namespace: string;
  name: string;
}

/** rbac/v1 PolicyRule. */
export interface Rule {
  verbs: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
  nonResourceURLs?: readonly string[];
}

/** Decides by the RBAC objects of a core; system:masters may do everything. */
export interface Authorizer {
  /** Undefined when allowed, else the sentence after `is forbidden: `. */
  refusal(user: User, attributes: Attributes): string | undefined;
  /** All rules that hold for the user in that namespace. */
  rules(user: User, namespace: string): Rule[];
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

const group = 'rbac.authorization.k8s.io';
const has = (list: readonly string[] | undefined, value: string) =>
  list?.includes('*') || list?.includes(value) === true;

function names(subject: Subject, user: User, namespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  const of = subject.namespace ?? namespace;
  return subject.kind === 'ServiceAccount' && user.name === `system:serviceaccount:${of}:${subject.name}`;
}

/** Whether one rule grants it. */
export function grants(rule: Rule, { verb, group: apiGroup, plural, subresource, name }: Attributes): boolean {
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, apiGroup)) return false;
  const resource = subresource ? `${plural}/${subresource}` : plural;
  const fits =
    has(rule.resources, resource) || (subresource !== '' && rule.resources?.includes(`*/${subresource}`) === true);
  if (!fits) return false;
  return !rule.resourceNames?.length || rule.resourceNames.includes(name);
}

/** The rules of a role; those of an aggregated ClusterRole are gathered by label, as its controller does. */
function rulesOf(core: Core, role: KubeObject | undefined): readonly Rule[] {
  if (!role) return [];
  const selectors = (
    role.aggregationRule as { clusterRoleSelectors?: { matchLabels?: Record<string, string> }[] } | undefined
  )?.clusterRoleSelectors;
  const own = (role.rules as Rule[] | undefined) ?? [];
  if (!selectors) return own;
  const gathered = core.store
    .collection({ group, plural: 'clusterroles' })
    .list()
    .filter((one) =>
      selectors.some(({ matchLabels = {} }) =>
        Object.entries(matchLabels).every(([key, value]) => one.metadata.labels?.[key] === value),
      ),
    );
  return [...own, ...gathered.flatMap((one) => (one === role ? [] : ((one.rules as Rule[] | undefined) ?? [])))];
}

export function createAuthorizer(core: Core): Authorizer {
  const at = (plural: string) => core.store.collection({ group, plural });

  function* bound(user: User, namespace: string): Generator<readonly Rule[]> {
    const of = (binding: KubeObject, where: string) => {
      const subjects = (binding.subjects as Subject[] | undefined) ?? [];
      if (!subjects.some((subject) => names(subject, user, where))) return undefined;
      const ref = binding.roleRef as { kind: string; name: string };
      const role = ref.kind === 'Role' ? at('roles').get(where, ref.name) : at('clusterroles').get('', ref.name);
      return rulesOf(core, role);
    };
    for (const binding of at('clusterrolebindings').list()) {
      const rules = of(binding, '');
      if (rules) yield rules;
    }
    if (!namespace) return;
    for (const binding of at('rolebindings').list(namespace)) {
      const rules = of(binding, namespace);
      if (rules) yield rules;
    }
  }

  return {
    refusal(user, attributes) {
      if (user.groups.includes('system:masters')) return undefined;
      for (const rules of bound(user, attributes.namespace)) {
        if (rules.some((rule) => grants(rule, attributes))) return undefined;
      }
      const { verb, plural, subresource, group: apiGroup, namespace } = attributes;
      const resource = subresource ? `${plural}/${subresource}` : plural;
      const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
      return `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${apiGroup}" ${where}`;
    },
    rules: (user, namespace) =>
      user.groups.includes('system:masters')
        ? [
            { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
            { verbs: ['*'], nonResourceURLs: ['*'] },
          ]
        : [...bound(user, namespace)].flat(),
  };
}
