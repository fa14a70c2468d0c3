import type { KubeObject } from '../../../shared/kube.ts';
import { mirrorLabels } from './names.ts';
import type { Group, Scope } from './scopes.ts';

/** The schema of ImageDigestMirrorSet and ImageTagMirrorSet takes no IPv6 literal and no capital letter in a path. */
const location =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?(?:\/[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*)*$/;

/** Scopes that a mirror set of config.openshift.io takes, and the words on those it would refuse. */
export function fitting(scopes: readonly Scope[]): { scopes: Scope[]; warnings: string[] } {
  const bad = scopes.flatMap(({ source, mirrors }) => [source, ...mirrors].filter((text) => !location.test(text)));
  const fits = scopes.filter(({ source, mirrors }) => [source, ...mirrors].every((text) => location.test(text)));
  const warnings = [...new Set(bad)].map(
    (text) =>
      `${text} can't stand in an ImageDigestMirrorSet or ImageTagMirrorSet: OpenShift takes a DNS name or IPv4 address there, give the registry one.`,
  );
  return { scopes: fits, warnings };
}

const groupsOf = (scopes: readonly Scope[]): Group[] => [...new Set(scopes.map(({ group }) => group))].sort();

function sets(
  scopes: readonly Scope[],
  head: { apiVersion: string; kind: string; prefix: string; list: string },
): KubeObject[] {
  const { apiVersion, kind, prefix, list } = head;
  return groupsOf(scopes).map((group) => ({
    apiVersion,
    kind,
    metadata: { name: `${prefix}-${group}-0`, labels: { ...mirrorLabels } },
    spec: {
      [list]: scopes.filter((one) => one.group === group).map(({ source, mirrors }) => ({ mirrors, source })),
    },
  }));
}

/** ImageDigestMirrorSets (OpenShift 4.13 and newer), one for each group. */
export const digestMirrorSets = (scopes: readonly Scope[]): KubeObject[] =>
  sets(scopes, {
    apiVersion: 'config.openshift.io/v1',
    kind: 'ImageDigestMirrorSet',
    prefix: 'idms',
    list: 'imageDigestMirrors',
  });

/** ImageTagMirrorSets (OpenShift 4.13 and newer), one for each group. */
export const tagMirrorSets = (scopes: readonly Scope[]): KubeObject[] =>
  sets(scopes, {
    apiVersion: 'config.openshift.io/v1',
    kind: 'ImageTagMirrorSet',
    prefix: 'itms',
    list: 'imageTagMirrors',
  });

/** ImageContentSourcePolicies (OpenShift up to 4.12; digests only), one for each group. */
export const contentSourcePolicies = (scopes: readonly Scope[]): KubeObject[] =>
  sets(scopes, {
    apiVersion: 'operator.openshift.io/v1alpha1',
    kind: 'ImageContentSourcePolicy',
    prefix: 'icsp',
    list: 'repositoryDigestMirrors',
  });
