import type { KubeObject } from '../../../shared/kube.ts';
import { digestOf } from '../../images/digest.ts';
import type { MirrorImage } from '../types.ts';
import { catalogName, marketplace, mirrorLabels } from './names.ts';

/** Catalogs that clusters are to serve: the filtered and the whole ones, not those a filtered one was made of. Sorted by target. */
const served = (images: readonly MirrorImage[]): MirrorImage[] =>
  images
    .filter(({ category, facts }) => category === 'catalog' && facts?.['role'] !== 'base')
    .sort((a, b) => (targetText(a) < targetText(b) ? -1 : 1));

const targetText = ({ target }: MirrorImage): string => `${target.repository}:${target.tag}`;
/** By digest: a catalog that changed is a change of the object, and is pulled at once instead of at some poll. */
const imageAt = (address: string, { target, digest }: MirrorImage): string =>
  `${address}/${target.repository}@${digest}`;

/**
 * Names each catalog once. Those that would share a name (other folder) all end in six letters of their own place instead of a number: so
 * one that comes later never takes the name, and with it the subscriptions, of another.
 */
function named(images: readonly MirrorImage[]): [string, MirrorImage][] {
  const all = served(images).map((image): [string, MirrorImage] => [catalogName(image.target), image]);
  return all.map(([name, image]) => {
    const isAlone = all.filter(([other]) => other === name).length === 1;
    const own = digestOf(targetText(image)).slice(7, 13);
    return [isAlone ? name : `${name.slice(0, 52).replace(/-$/, '')}-${own}`, image];
  });
}

/** CatalogSources (OLM), one for each catalog. */
export const catalogSources = (images: readonly MirrorImage[], address: string): KubeObject[] =>
  named(images).map(([name, image]) => ({
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'CatalogSource',
    metadata: { name: `cs-${name}`, namespace: marketplace, labels: { ...mirrorLabels } },
    spec: { displayName: `${targetText(image)} (mirror)`, image: imageAt(address, image), sourceType: 'grpc' },
  }));

/** ClusterCatalogs (OLM v1, OpenShift 4.18 and newer), one for each catalog. */
export const clusterCatalogs = (images: readonly MirrorImage[], address: string): KubeObject[] =>
  named(images).map(([name, image]) => ({
    apiVersion: 'olm.operatorframework.io/v1',
    kind: 'ClusterCatalog',
    metadata: { name: `cc-${name}`, labels: { ...mirrorLabels } },
    spec: { source: { type: 'Image', image: { ref: imageAt(address, image) } } },
  }));
