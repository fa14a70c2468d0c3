/** A version in a channel, and what it comes after. */
export interface Entry {
  version: string;
  replaces?: string;
  skips?: string[];
  skipRange?: string;
}

/** An operator's package as the catalog has it. Images are named below the registry, without a tag. */
export interface PackagePlan {
  name: string;
  defaultChannel: string;
  channels: Record<string, Entry[]>;
  /** Images its newest bundles name, by what they are for. */
  operands: string[];
  provides: { group: string; version: string; kind: string };
  requires?: { packageName: string; versionRange: string };
  requiresKind?: { group: string; version: string; kind: string };
  /** Versions that `olm.deprecations` warns of. */
  deprecated?: string[];
  /** A bundle lists a related image without a name, as seen in real catalogs (OCPBUGS-31622). */
  emptyRelated?: boolean;
  /** Its file is YAML instead of JSON. */
  yaml?: boolean;
}

const kmmEntries: Entry[] = [
  { version: '1.0.0' },
  { version: '1.1.0', replaces: '1.0.0', skipRange: '>=1.0.0 <1.1.0' },
  { version: '1.1.1', replaces: '1.1.0', skips: ['1.0.1'], skipRange: '>=1.0.0 <1.1.1' },
];
const kmmImages = ['operator', 'worker', 'signimage', 'webhook-server', 'must-gather'];

/** The packages of the synthetic catalog. Names are the real ones; versions and contents are only in their shape. */
export const packages: readonly PackagePlan[] = [
  {
    name: 'kernel-module-management',
    defaultChannel: 'stable',
    channels: { 'release-1.0': [{ version: '1.0.0' }], stable: kmmEntries },
    operands: kmmImages.map((part) => `kmm/kernel-module-management-${part}-rhel8`),
    provides: { group: 'kmm.sigs.x-k8s.io', version: 'v1beta1', kind: 'Module' },
    deprecated: ['1.0.0'],
  },
  {
    name: 'kernel-module-management-hub',
    defaultChannel: 'stable',
    channels: { stable: kmmEntries },
    operands: ['operator-hub', 'signimage', 'must-gather'].map((part) => `kmm/kernel-module-management-${part}-rhel8`),
    provides: { group: 'hub.kmm.sigs.x-k8s.io', version: 'v1beta1', kind: 'ManagedClusterModule' },
  },
  {
    name: 'advanced-cluster-management',
    defaultChannel: 'release-2.7',
    channels: {
      'release-2.6': [{ version: '2.6.3' }, { version: '2.6.4', replaces: '2.6.3' }],
      'release-2.7': [
        { version: '2.7.0', skipRange: '>=2.6.0 <2.7.0' },
        { version: '2.7.1', replaces: '2.7.0' },
        { version: '2.7.2', replaces: '2.7.1' },
      ],
    },
    operands: [
      'acm-operator',
      'multicluster-operators-subscription',
      'governance-policy-propagator',
      'search-v2-api',
    ].map((part) => `rhacm2/${part}-rhel8`),
    provides: { group: 'policy.open-cluster-management.io', version: 'v1', kind: 'Policy' },
    requires: { packageName: 'multicluster-engine', versionRange: '>=2.2.0 <2.3.0' },
  },
  {
    name: 'multicluster-engine',
    defaultChannel: 'stable-2.2',
    channels: {
      'stable-2.1': [{ version: '2.1.4' }],
      'stable-2.2': [
        { version: '2.2.0', skipRange: '>=2.1.0 <2.2.0' },
        { version: '2.2.1', replaces: '2.2.0' },
        { version: '2.2.2', replaces: '2.2.1' },
      ],
    },
    operands: ['backplane-operator', 'registration', 'work', 'placement', 'managedcluster-import-controller'].map(
      (part) => `multicluster-engine/${part}-rhel8`,
    ),
    provides: { group: 'multicluster.openshift.io', version: 'v1', kind: 'MultiClusterEngine' },
  },
  {
    name: 'topology-aware-lifecycle-manager',
    defaultChannel: 'stable',
    channels: { stable: [{ version: '4.12.0' }, { version: '4.12.1', replaces: '4.12.0' }] },
    operands: [
      'openshift4/topology-aware-lifecycle-manager-rhel8-operator',
      'openshift4/topology-aware-lifecycle-manager-precache-rhel8',
    ],
    provides: { group: 'ran.openshift.io', version: 'v1alpha1', kind: 'ClusterGroupUpgrade' },
    requiresKind: { group: 'policy.open-cluster-management.io', version: 'v1', kind: 'Policy' },
    yaml: true,
  },
  {
    name: 'local-storage-operator',
    defaultChannel: 'stable',
    channels: {
      stable: [{ version: '4.12.0' }, { version: '4.12.3', replaces: '4.12.0', skips: ['4.12.1', '4.12.2'] }],
    },
    operands: ['openshift4/ose-local-storage-operator', 'openshift4/ose-local-storage-diskmaker'],
    provides: { group: 'local.storage.openshift.io', version: 'v1', kind: 'LocalVolume' },
    emptyRelated: true,
  },
];
