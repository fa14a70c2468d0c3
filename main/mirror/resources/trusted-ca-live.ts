import { type KubeObject, names } from '../../../shared/kube.ts';
import { at, text } from '../../install/names.ts';
import { resources } from '../../kube/resources.ts';
import type { KubeClient, ResourceRef } from '../../kube/types.ts';
import { trustedCaName, updateServiceKey } from './names.ts';

const Image: ResourceRef = {
  group: 'config.openshift.io',
  versions: ['v1'],
  plural: 'images',
  kind: 'Image',
  namespaced: false,
};

/**
 * Fits the trusted authority to a cluster that has one already: where the Image configuration names another ConfigMap, our key goes into
 * that one (only that key is ours), and the configuration stays as it is. Else the registries it was made for would lose their trust.
 */
export async function fitTrustedCa(
  client: KubeClient,
  objects: readonly KubeObject[],
): Promise<{ objects: KubeObject[]; warnings: string[] }> {
  const ours = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === trustedCaName);
  const served = ours && (await client.served(Image));
  const live = served && (await client.get(Image, 'cluster'));
  const named = text(at(live, 'spec', 'additionalTrustedCA', 'name'));
  if (!ours || named === '' || named === trustedCaName) return { objects: [...objects], warnings: [] };
  const { name: _, labels: __, ...metadata } = ours.metadata;
  const theirs = await client.get(resources.ConfigMap, named, metadata.namespace);
  const data = { ...(ours['data'] as Record<string, string>) };
  const warnings = [`The cluster trusts authorities of ConfigMap ${named} already: the registry's is added to it.`];
  // Whose update service reads it knows better which registry that is for.
  if (isTheirs(theirs, updateServiceKey, data[updateServiceKey])) {
    delete data[updateServiceKey];
    warnings.push(
      `ConfigMap ${named} holds an authority for the update service (${updateServiceKey}) already, which stays: see that it is good for the registry, too.`,
    );
  }
  // No label of ours: the ConfigMap is somebody else's.
  const joined: KubeObject = { ...ours, data, metadata: { name: named, ...metadata } };
  return {
    objects: objects.flatMap((one) => (one === ours ? [joined] : one.kind === 'Image' ? [] : [one])),
    warnings,
  };
}

/** Whether a key that we would write stands there by somebody else, with another value. */
function isTheirs(live: KubeObject | undefined, key: string, wanted: string | undefined): boolean {
  const there = at(live, 'data', key);
  if (wanted === undefined || there === undefined || there === wanted) return false;
  const owners = (live?.metadata.managedFields ?? []).filter(
    ({ fieldsV1 }) => at(fieldsV1, 'f:data', `f:${key}`) !== undefined,
  );
  return !owners.some(({ manager }) => manager === names.fieldManager);
}
