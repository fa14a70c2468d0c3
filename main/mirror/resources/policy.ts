import type { KubeObject } from '../../../shared/kube.ts';
import { mirrorLabels } from './names.ts';

const ocm = 'open-cluster-management.io';
/** Of ACM, on each ManagedCluster: `4.12`. */
const versionLabel = 'openshiftVersion-major-minor';
/** Releases that know ImageContentSourcePolicy only. */
const icspVersions = Array.from({ length: 13 }, (_, minor) => `4.${minor}`);

export interface PolicyOptions {
  /** Of the Policy, Placement and PlacementBinding. */
  name: string;
  namespace: string;
  spokeSelector: Readonly<Record<string, string>>;
  /** Where spokes are mixed: those of one family only, told by ACM's version label. */
  family?: 'icsp' | 'idms';
}

/** The namespace of our policies, and the ManagedClusterSets bound to it. */
export const policyGround = (namespace: string, sets: readonly string[]): KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...mirrorLabels } } },
  ...sets.map((clusterSet) => ({
    apiVersion: `cluster.${ocm}/v1beta2`,
    kind: 'ManagedClusterSetBinding',
    metadata: { name: clusterSet, namespace, labels: { ...mirrorLabels } },
    spec: { clusterSet },
  })),
];

/** Placement, Policy and PlacementBinding that bring objects to spokes and keep them there. */
export function policyObjects(objects: readonly KubeObject[], options: PolicyOptions): KubeObject[] {
  const { name, namespace } = options;
  const metadata = { name, namespace, labels: { ...mirrorLabels } };
  return [
    placement(options, metadata),
    {
      apiVersion: `policy.${ocm}/v1`,
      kind: 'Policy',
      metadata,
      spec: {
        disabled: false,
        remediationAction: 'enforce',
        'policy-templates': [
          {
            objectDefinition: {
              apiVersion: `policy.${ocm}/v1`,
              kind: 'ConfigurationPolicy',
              metadata: { name },
              spec: {
                remediationAction: 'enforce',
                severity: 'high',
                'object-templates': objects.map(template),
              },
            },
          },
        ],
      },
    },
    {
      apiVersion: `policy.${ocm}/v1`,
      kind: 'PlacementBinding',
      metadata,
      placementRef: { apiGroup: `cluster.${ocm}`, kind: 'Placement', name },
      subjects: [{ apiGroup: `policy.${ocm}`, kind: 'Policy', name }],
    },
  ];
}

/** Lists of mirrors are ours alone: as `musthave` an entry that is gone here would stay there. */
const ownKinds = ['ImageContentSourcePolicy', 'ImageDigestMirrorSet', 'ImageTagMirrorSet'];

const template = (objectDefinition: KubeObject) => ({
  complianceType: ownKinds.includes(objectDefinition.kind) ? 'mustonlyhave' : 'musthave',
  metadataComplianceType: 'musthave',
  objectDefinition,
});

/** Tolerates what a restarting spoke is tainted with, as its mirrors must not come and go with it. */
function placement({ spokeSelector, family }: PolicyOptions, metadata: KubeObject['metadata']): KubeObject {
  const byLabels = Object.keys(spokeSelector).length > 0;
  const byVersion = family && {
    matchExpressions: [{ key: versionLabel, operator: family === 'icsp' ? 'In' : 'NotIn', values: icspVersions }],
  };
  const labelSelector = { ...(byLabels && { matchLabels: { ...spokeSelector } }), ...byVersion };
  return {
    apiVersion: `cluster.${ocm}/v1beta1`,
    kind: 'Placement',
    metadata,
    spec: {
      ...((byLabels || byVersion) && { predicates: [{ requiredClusterSelector: { labelSelector } }] }),
      tolerations: ['unreachable', 'unavailable'].map((taint) => ({
        key: `cluster.${ocm}/${taint}`,
        operator: 'Exists',
      })),
    },
  };
}
