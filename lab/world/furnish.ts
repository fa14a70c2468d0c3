import type { KubeObject } from '../../shared/kube.ts';
import { addonLease } from '../actors/ocm/addon-agent.ts';
import { claimObject } from '../actors/ocm/claims.ts';
import { addons, ocmNames } from '../actors/ocm/names.ts';
import { catalogReady, catalogSource } from '../actors/ocm/olm-objects.ts';
import { kubernetesVersion } from '../actors/ocm/registration-agent.ts';
import type { Api } from '../api.ts';
import { furnishNode, type Spoke } from './spoke.ts';

/** CatalogSources of the lab's clusters: the vendor's, and the one mirrored to the bastion's registry. */
export const catalogImages: Readonly<Record<string, string>> = {
  'redhat-operators': 'registry.redhat.io/redhat/redhat-operator-index:v4.12',
  'cs-bastion': 'registry.bastion.example:5000/redhat/redhat-operator-index:v4.12',
};
export const marketplace = 'openshift-marketplace';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** The claims that OpenShift and ACM's agents make on a spoke (hub.md 1.3), before KMM's own. */
function spokeClaims(spoke: Spoke): { name: string; value: string }[] {
  const { name, machine, openshift, server } = spoke;
  const console = `https://console-openshift-console.apps.${name}.bastion.example`;
  return [
    { name: 'id.k8s.io', value: machine.systemUuid },
    { name: 'kubeversion.open-cluster-management.io', value: kubernetesVersion },
    { name: 'platform.open-cluster-management.io', value: 'Other' },
    { name: 'product.open-cluster-management.io', value: 'OpenShift' },
    { name: 'apiserverurl.openshift.io', value: server },
    { name: 'consoleurl.cluster.open-cluster-management.io', value: console },
    { name: 'controlplanetopology.openshift.io', value: 'SingleReplica' },
    { name: 'id.openshift.io', value: machine.systemUuid },
    { name: 'infrastructure.openshift.io', value: JSON.stringify({ infraName: `${name}-0` }) },
    { name: 'version.openshift.io', value: openshift },
  ];
}

/** Namespaces of OpenShift's own configuration, and the Image configuration that every cluster has. */
export async function furnishConfig(core: Api): Promise<void> {
  const api = core.as('cluster-version-operator');
  for (const name of ['openshift-config', 'openshift-config-managed']) await api.create(namespace(name));
  await api.create({ apiVersion: 'config.openshift.io/v1', kind: 'Image', metadata: { name: 'cluster' }, spec: {} });
}

/** Makes a cluster's CatalogSources, ready. */
export async function furnishCatalogs(core: Api, now: number): Promise<void> {
  const api = core.as('catalog');
  await api.create(namespace(marketplace));
  for (const [name, image] of Object.entries(catalogImages)) {
    const made = await api.create(catalogSource(name, marketplace, image));
    await api.update({ ...made, status: catalogReady(name, marketplace, now) }, 'status');
  }
}

/** What stands on a freshly installed spoke: Node, claims, catalogs, the add-ons' leases. */
export async function furnishSpoke(spoke: Spoke, extraClaims = 0, withAddons = true): Promise<void> {
  const { core, clock } = spoke;
  await furnishNode(spoke);
  const agent = core.as('klusterlet');
  for (const claim of spokeClaims(spoke)) await agent.create(claimObject(claim));
  for (let number = 1; number <= extraClaims; number += 1) {
    const digits = String(number).padStart(2, '0');
    await agent.create(claimObject({ name: `fleet-${digits}.site.example`, value: `value-${digits}` }));
  }
  await agent.create(namespace(ocmNames.agentNamespace));
  await agent.create(namespace(ocmNames.addonNamespace));
  if (withAddons) for (const addon of addons) await core.as(addon).create(addonLease(addon, clock.now()));
  await furnishConfig(core);
  await furnishCatalogs(core, clock.now());
}
