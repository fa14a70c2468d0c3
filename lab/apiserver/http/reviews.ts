import type { KubeObject } from '../../../shared/kube.ts';
import { badRequest } from '../errors.ts';
import type { Attributes, Authorizer, Rule } from '../rbac.ts';
import { isRecord } from '../same.ts';
import { readBody } from './body.ts';
import { type Exchange, sendJson } from './reply.ts';
import type { Target } from './target.ts';
import type { User } from './users.ts';

/** The virtual resources that answer questions about access; nothing of them is stored. */
export interface Reviews {
  /** Whether the request was one of these, and was answered. */
  answer(exchange: Exchange, target: Target, user: User): Promise<boolean>;
}

/** As discovery names them: group, version, plural, kind, namespaced. */
export const reviewKinds = [
  ['authorization.k8s.io', 'v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'],
  ['authorization.k8s.io', 'v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview'],
  ['authorization.k8s.io', 'v1', 'subjectaccessreviews', 'SubjectAccessReview'],
  ['authentication.k8s.io', 'v1', 'selfsubjectreviews', 'SelfSubjectReview'],
] as const;

interface AccessSpec {
  resourceAttributes?: {
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
}

const attributesOf = ({ resourceAttributes: one = {} }: AccessSpec): Attributes => ({
  verb: one.verb ?? '',
  group: one.group ?? '',
  plural: one.resource ?? '',
  subresource: one.subresource ?? '',
  namespace: one.namespace ?? '',
  name: one.name ?? '',
});

export function createReviews(authorizer: Authorizer): Reviews {
  function access(spec: AccessSpec, user: User) {
    if (spec.nonResourceAttributes) return { allowed: true };
    return authorizer.refusal(user, attributesOf(spec)) === undefined ? { allowed: true } : { allowed: false };
  }
  function rules(namespace: string, user: User) {
    const all = authorizer.rules(user, namespace);
    const resourceRules = all.filter(({ resources }) => resources?.length);
    const nonResourceRules = all.filter(({ nonResourceURLs }) => nonResourceURLs?.length);
    const plain = ({ verbs, apiGroups = [], resources = [], resourceNames }: Rule) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
    });
    return {
      resourceRules: resourceRules.map(plain),
      nonResourceRules: nonResourceRules.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
    };
  }
  function statusOf(kind: string, spec: AccessSpec & { namespace?: string }, user: User) {
    if (kind === 'SelfSubjectAccessReview') return access(spec, user);
    if (kind === 'SubjectAccessReview') return access(spec, { name: spec.user ?? '', groups: spec.groups ?? [] });
    if (kind === 'SelfSubjectRulesReview') return rules(spec.namespace ?? '', user);
    return { userInfo: { username: user.name, groups: user.groups } };
  }
  return {
    async answer(exchange, target, user) {
      const found = reviewKinds.find(
        ([group, version, plural]) => group === target.group && version === target.version && plural === target.plural,
      );
      if (!found) return false;
      const body = await readBody(exchange.request);
      if (!isRecord(body)) throw badRequest('the request body is empty or not an object');
      const spec = (isRecord(body['spec']) ? body['spec'] : {}) as AccessSpec & { namespace?: string };
      const [group, version, , kind] = found;
      const review: KubeObject = {
        apiVersion: `${group}/${version}`,
        kind,
        metadata: {},
        ...(kind !== 'SelfSubjectReview' && { spec }),
        status: statusOf(kind, spec, user),
      };
      sendJson(exchange, 201, review);
      return true;
    },
  };
}
