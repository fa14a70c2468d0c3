import type { KubeObject } from '../../../shared/kube.ts';
import { at, text } from '../../install/names.ts';
import type { KubeClient, ResourceRef } from '../../kube/types.ts';
import { trustedCaName } from './names.ts';

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
  // No label of ours: the ConfigMap is somebody else's.
  const joined: KubeObject = { ...ours, metadata: { name: named, ...metadata } };
  return {
    objects: objects.flatMap((one) => (one === ours ? [joined] : one.kind === 'Image' ? [] : [one])),
    warnings: [`The cluster trusts authorities of ConfigMap ${named} already: the registry's is added to it.`],
  };
}
