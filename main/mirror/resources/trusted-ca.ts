import type { KubeObject } from '../../../shared/kube.ts';
import { mirrorLabels, trustedCaName, updateServiceKey } from './names.ts';

const configNamespace = 'openshift-config';

/**
 * The ConfigMap with the registry's authority (key `host..port`, as OpenShift wants it, and the update service's own where `updates` lie
 * there) and the one field of the cluster's Image configuration that names it. Nothing for a registry without an authority of its own;
 * words where the key can't be written.
 */
export function trustedCa(
  address: string,
  ca: string,
  updates: boolean,
): { objects: KubeObject[]; warnings: string[] } {
  if (ca.trim() === '') return { objects: [], warnings: [] };
  const host = address.split('/')[0] ?? '';
  const key = host.replace(/:(\d+)$/, '..$1');
  const isKey = /^[-._a-zA-Z0-9]+$/.test(key);
  const words = `${host} can't be the key of a trusted authority: OpenShift takes a DNS name or IPv4 address there, give the registry one.`;
  const keys = [...(isKey ? [key] : []), ...(updates ? [updateServiceKey] : [])];
  const configMap: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { labels: { ...mirrorLabels }, name: trustedCaName, namespace: configNamespace },
    data: Object.fromEntries(keys.map((each) => [each, `${ca.trim()}\n`])),
  };
  return {
    objects: keys.length > 0 ? [configMap, imageConfig(trustedCaName)] : [],
    warnings: isKey ? [] : [words],
  };
}

/** Our one field of `image.config.openshift.io/cluster`, for server-side apply. */
const imageConfig = (name: string): KubeObject => ({
  apiVersion: 'config.openshift.io/v1',
  kind: 'Image',
  metadata: { name: 'cluster' },
  spec: { additionalTrustedCA: { name } },
});
