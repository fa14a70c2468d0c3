import type { KubeObject } from '../../../shared/kube.ts';
import { aggregateToWork } from '../../install/spoke-manifests.ts';
import { mirrorLabels } from './names.ts';

const workName = 'kmm-bastion-mirror';
const verbs = ['create', 'get', 'list', 'patch', 'update', 'watch'];

/** Plurals of the kinds that are sent: a work names its manifests by them. */
const plurals: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Image: 'images',
  ImageContentSourcePolicy: 'imagecontentsourcepolicies',
  ImageDigestMirrorSet: 'imagedigestmirrorsets',
  ImageTagMirrorSet: 'imagetagmirrorsets',
  CatalogSource: 'catalogsources',
  ClusterCatalog: 'clustercatalogs',
  UpdateService: 'updateservices',
};

const groupOf = ({ apiVersion }: KubeObject): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
const pluralOf = ({ kind }: KubeObject): string => plurals[kind] ?? `${kind.toLowerCase()}s`;

/**
 * The ManifestWork that brings objects to one spoke. Server-side apply, as others own fields beside ours (the cluster's Image
 * configuration); orphaned when the work goes, as a mirror set that is taken away restarts nodes.
 */
export function mirrorWork(objects: readonly KubeObject[], spoke: string): KubeObject {
  const updateStrategy = {
    type: 'ServerSideApply',
    serverSideApply: { force: true, fieldManager: 'work-agent-kmm-bastion' },
  };
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name: workName, namespace: spoke, labels: { ...mirrorLabels } },
    spec: {
      deleteOption: { propagationPolicy: 'Orphan' },
      workload: { manifests: [rights(objects), ...objects] },
      manifestConfigs: objects.map((object) => ({
        resourceIdentifier: {
          group: groupOf(object),
          resource: pluralOf(object),
          name: object.metadata.name ?? '',
          namespace: object.metadata.namespace ?? '',
        },
        updateStrategy,
      })),
    },
  };
}

/** The agent is `admin`, which lacks what belongs to the whole cluster; a work must bring that right first. */
function rights(objects: readonly KubeObject[]): KubeObject {
  const byGroup = new Map<string, Set<string>>();
  for (const object of objects) {
    const resources = byGroup.get(groupOf(object)) ?? new Set();
    byGroup.set(groupOf(object), resources.add(pluralOf(object)));
  }
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: workName, labels: aggregateToWork },
    rules: [...byGroup.keys()]
      .sort()
      .map((group) => ({ apiGroups: [group], resources: [...(byGroup.get(group) ?? [])].sort(), verbs })),
  };
}
