import type { AccessFeature } from '../../shared/contract/hubs.ts';
import type { Resource } from '../../shared/kube.ts';
import { clusterSets, type Feature, featuresOf, type Need } from './access-features.ts';
import { type KindName, resources } from './resources.ts';
import type { AccessQuery, KubeClient } from './types.ts';

/** One question to the server. `need` says which part of the feature hangs on it. */
interface Right {
  query: AccessQuery;
  need: Need;
}

/** `patch managedclusters.cluster.open-cluster-management.io [openshift-kmm-hub]` */
export function rightText({ verb, group, resource, subresource, namespace }: AccessQuery): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${verb} ${what}${namespace ? ` [${namespace}]` : ''}`;
}

function rightsOf(need: Need): Right[] {
  const { group, plural } = resources[need.kind];
  const { subresource, namespace } = need;
  const rights = need.verbs.map((verb) => ({
    need,
    query: { verb, group, resource: plural, ...(subresource && { subresource }), ...(namespace && { namespace }) },
  }));
  if (need.kind !== 'ManagedClusterSetBinding') return rights;
  // OCM's webhook lets bind only who may create managedclustersets/bind (registration webhook/v1beta2).
  const { group: setGroup, plural: sets } = clusterSets;
  return [...rights, { need, query: { verb: 'create', group: setGroup, resource: sets, subresource: 'bind' } }];
}

const listed = (parts: string[]) =>
  parts.length <= 1 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** Judges one feature from the answers. `has` says which kinds the hub serves. */
function judge(
  { feature, does, needs }: Feature,
  has: (kind: KindName) => boolean,
  may: (query: AccessQuery) => boolean,
): AccessFeature {
  const absent = needs.filter(({ kind }) => !has(kind));
  const vital = absent.filter(({ extra }) => !extra);
  if (vital.length > 0) {
    const kinds = listed([...new Set(vital.map(({ kind }) => kind))]);
    return {
      feature,
      allowed: 'absent',
      sentence: `Cannot ${does} here: the hub does not serve ${kinds}.`,
      missing: [],
    };
  }
  const refused = needs
    .filter(({ kind }) => has(kind))
    .flatMap(rightsOf)
    .filter(({ query }) => !may(query));
  const missing = [...new Set(refused.map(({ query }) => rightText(query)))];
  if (missing.length === 0) return { feature, allowed: 'yes', sentence: `May ${does}.`, missing };
  const tail = `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  if (refused.every(({ need }) => need.extra))
    return { feature, allowed: 'partly', sentence: `May ${does}, but not all of it: ${tail}`, missing };
  return { feature, allowed: 'no', sentence: `May not ${does}: ${tail}`, missing };
}

/**
 * Asks the hub what this identity may do and says it in words, feature by feature. Each right is asked once
 * (SelfSubjectAccessReview), all side by side. Faults: kube.* when the hub does not answer.
 */
export async function probeAccess(
  client: Pick<KubeClient, 'served' | 'may'>,
  operatorNamespace?: string,
): Promise<AccessFeature[]> {
  const features = featuresOf(operatorNamespace);
  const kinds = [...new Set(features.flatMap(({ needs }) => needs.map(({ kind }) => kind)))];
  const served = new Map<KindName, Resource | undefined>(
    await Promise.all(kinds.map(async (kind) => [kind, await client.served(resources[kind])] as const)),
  );
  const has = (kind: KindName) => served.get(kind) !== undefined;
  const asked = new Map<string, AccessQuery>();
  for (const { needs } of features)
    for (const { query } of needs.filter(({ kind }) => has(kind)).flatMap(rightsOf)) asked.set(rightText(query), query);
  const answers = await client.may([...asked.values()]);
  const allowed = new Map([...asked.keys()].map((text, index) => [text, answers[index] === true]));
  return features.map((feature) => judge(feature, has, (query) => allowed.get(rightText(query)) === true));
}
