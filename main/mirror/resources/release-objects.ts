import type { KubeObject } from '../../../shared/kube.ts';
import type { MirrorImage, WantedFile } from '../types.ts';
import { mirrorLabels, updateNamespace } from './names.ts';

const signaturePath = /^signatures\/sha256=([0-9a-f]{64})\/signature-([1-9][0-9]*)$/;
/** A ConfigMap holds 1 MiB; what is counted here grows by a third on the wire, where etcd takes 1.5 MiB. */
const configMapBytes = 768 * 1024;

interface SignatureMap {
  size: number;
  data: Record<string, string>;
}

/**
 * ConfigMaps with the OpenPGP signatures of releases, byte for byte, as the cluster-version operator looks for them: key
 * `sha256-<hex>-<n>`, any number of maps with the label (mirror.md 1.9, 7.7). `mirrored-release-signatures`, then with -2, -3, ….
 */
export function signatureMaps(files: readonly WantedFile[], limit = configMapBytes): KubeObject[] {
  const signatures = files
    .flatMap(({ path, bytes }) => {
      const [, hex, number] = signaturePath.exec(path) ?? [];
      return hex ? [{ key: `sha256-${hex}-${number}`, bytes }] : [];
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const maps: SignatureMap[] = [];
  for (const { key, bytes } of signatures) {
    const size = key.length + bytes.length;
    const last = maps.at(-1);
    const map: SignatureMap = last && last.size + size <= limit ? last : { size: 0, data: {} };
    if (map !== last) maps.push(map);
    map.size += size;
    map.data[key] = bytes.toString('base64');
  }
  return maps.map(({ data }, at) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      labels: { ...mirrorLabels, 'release.openshift.io/verification-signatures': '' },
      name: `mirrored-release-signatures${at === 0 ? '' : `-${at + 1}`}`,
      namespace: 'openshift-config-managed',
    },
    binaryData: data,
  }));
}

/** The UpdateService, where a graph image and releases are there (OpenShift Update Service operator). Else the words why not. */
export function updateService(images: readonly MirrorImage[], address: string): { object?: KubeObject; why: string } {
  const first = (category: MirrorImage['category']) =>
    images
      .filter((image) => image.category === category && image.facts?.['role'] !== 'base')
      .map(({ target }) => target)
      .sort((a, b) => (`${a.repository}:${a.tag}` < `${b.repository}:${b.tag}` ? -1 : 1))[0];
  const [graph, release] = [first('graph'), first('release')];
  if (!release) return { why: 'The site holds no OpenShift release, so there is no UpdateService to make.' };
  if (!graph)
    return {
      why: 'The site holds no graph image, which an UpdateService needs: graphImage under releases of an image set makes one.',
    };
  const object: KubeObject = {
    apiVersion: 'updateservice.operator.openshift.io/v1',
    kind: 'UpdateService',
    metadata: { name: 'update-service-oc-mirror', namespace: updateNamespace, labels: { ...mirrorLabels } },
    spec: {
      graphDataImage: `${address}/${graph.repository}:${graph.tag}`,
      releases: `${address}/${release.repository}`,
      replicas: 2,
    },
  };
  return { object, why: '' };
}
