import { definitionOf } from '../apiserver/custom-definition.ts';
import { type KindSchema, resourceName } from '../apiserver/kind-schema.ts';
import { openshiftKinds } from '../schemas/openshift.ts';
import { hubConfigKinds } from '../schemas/openshift-config.ts';
import type { Caller } from './caller.ts';
import { loadCrds, upstreamCrds } from './crds.ts';

/** Its definition without columns: they are functions of the object here, and paths there. */
const plain = (kind: KindSchema) =>
  definitionOf({ ...kind, versions: kind.versions.map((version) => ({ ...version, columns: [] })) });

/**
 * Gives a real API server what a hub serves before KMM: the upstream definitions of OCM, ACM and OLM, and of our own
 * OpenShift's Build, which is aggregated there, and its configuration of images and mirrors.
 */
export async function loadHubKinds(caller: Caller): Promise<void> {
  await loadCrds(caller, [...upstreamCrds('ocm', 'acm', 'olm'), ...[...openshiftKinds, ...hubConfigKinds].map(plain)]);
}

/** Brings the upstream definitions of `kinds`, as their operator's installation does. Throws an Error where there is none. */
export async function loadKinds(caller: Caller, kinds: readonly KindSchema[]): Promise<void> {
  const all = upstreamCrds('kmm-hub');
  const wanted = kinds.map((kind) => {
    const found = all.find(({ metadata }) => metadata.name === resourceName(kind));
    if (!found) throw new Error(`no upstream definition of ${resourceName(kind)}`);
    return found;
  });
  await loadCrds(caller, wanted);
}
