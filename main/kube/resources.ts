import type { ResourceRef } from './types.ts';

const ref = (group: string, versions: string[], plural: string, kind: string, namespaced = true): ResourceRef => ({
  group,
  versions,
  plural,
  kind,
  namespaced,
});

const ocm = 'open-cluster-management.io';

/** Every kind the application reads or writes, by the name its feed and `fleet.object` use. */
export const resources = {
  ManagedCluster: ref(`cluster.${ocm}`, ['v1'], 'managedclusters', 'ManagedCluster', false),
  ManagedClusterInfo: ref(`internal.${ocm}`, ['v1beta1'], 'managedclusterinfos', 'ManagedClusterInfo'),
  ManagedClusterAddOn: ref(`addon.${ocm}`, ['v1alpha1', 'v1beta1'], 'managedclusteraddons', 'ManagedClusterAddOn'),
  ManifestWork: ref(`work.${ocm}`, ['v1'], 'manifestworks', 'ManifestWork'),
  ManagedClusterModule: ref(
    'hub.kmm.sigs.x-k8s.io',
    ['v1beta1'],
    'managedclustermodules',
    'ManagedClusterModule',
    false,
  ),
  ModuleImagesConfig: ref('kmm.sigs.x-k8s.io', ['v1beta1'], 'moduleimagesconfigs', 'ModuleImagesConfig'),
  ModuleBuildSignConfig: ref('kmm.sigs.x-k8s.io', ['v1beta1'], 'modulebuildsignconfigs', 'ModuleBuildSignConfig'),
  Policy: ref(`policy.${ocm}`, ['v1'], 'policies', 'Policy'),
  PlacementBinding: ref(`policy.${ocm}`, ['v1'], 'placementbindings', 'PlacementBinding'),
  Placement: ref(`cluster.${ocm}`, ['v1beta1'], 'placements', 'Placement'),
  ManagedClusterSetBinding: ref(`cluster.${ocm}`, ['v1beta2'], 'managedclustersetbindings', 'ManagedClusterSetBinding'),
  ManagedClusterAction: ref(`action.${ocm}`, ['v1beta1'], 'managedclusteractions', 'ManagedClusterAction'),
  ManagedClusterView: ref(`view.${ocm}`, ['v1beta1'], 'managedclusterviews', 'ManagedClusterView'),
  Subscription: ref('operators.coreos.com', ['v1alpha1'], 'subscriptions', 'Subscription'),
  OperatorGroup: ref('operators.coreos.com', ['v1', 'v1alpha2'], 'operatorgroups', 'OperatorGroup'),
  ClusterServiceVersion: ref('operators.coreos.com', ['v1alpha1'], 'clusterserviceversions', 'ClusterServiceVersion'),
  CatalogSource: ref('operators.coreos.com', ['v1alpha1'], 'catalogsources', 'CatalogSource'),
  Build: ref('build.openshift.io', ['v1'], 'builds', 'Build'),
  Pod: ref('', ['v1'], 'pods', 'Pod'),
  Event: ref('', ['v1'], 'events', 'Event'),
  Node: ref('', ['v1'], 'nodes', 'Node', false),
  ConfigMap: ref('', ['v1'], 'configmaps', 'ConfigMap'),
  Namespace: ref('', ['v1'], 'namespaces', 'Namespace', false),
  CustomResourceDefinition: ref(
    'apiextensions.k8s.io',
    ['v1'],
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
  ),
} as const satisfies Record<string, ResourceRef>;

export type KindName = keyof typeof resources;
