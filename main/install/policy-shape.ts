import type { KubeObject } from '../../shared/kube.ts';

const ocm = 'open-cluster-management.io';
type Metadata = KubeObject['metadata'];
type Labels = Readonly<Record<string, string>>;

/** An object that a policy keeps on spokes. `mustonlyhave`: what others add to it does not stay. */
export interface PolicyTemplate {
  complianceType: 'musthave' | 'mustonlyhave';
  metadataComplianceType: 'musthave';
  objectDefinition: KubeObject;
}

export const template =
  (complianceType: PolicyTemplate['complianceType']) =>
  (objectDefinition: KubeObject): PolicyTemplate => ({
    complianceType,
    metadataComplianceType: 'musthave',
    objectDefinition,
  });

/** A namespace for policies, and the ManagedClusterSets bound to it. */
export const policyGround = (namespace: string, sets: readonly string[], labels: Labels): KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels } } },
  ...sets.map((clusterSet) => ({
    apiVersion: `cluster.${ocm}/v1beta2`,
    kind: 'ManagedClusterSetBinding',
    metadata: { name: clusterSet, namespace, labels: { ...labels } },
    spec: { clusterSet },
  })),
];

/**
 * Placement, Policy and PlacementBinding of one name that bring objects to spokes and keep them there. Without `labelSelector` all
 * spokes. The Placement tolerates what a rebooting spoke is tainted with: without that its policy would come and go (hub.md 1.2).
 */
export function enforcedPolicy(
  metadata: Metadata & { name: string },
  templates: readonly PolicyTemplate[],
  labelSelector?: object,
): KubeObject[] {
  const { name } = metadata;
  const configuration = {
    apiVersion: `policy.${ocm}/v1`,
    kind: 'ConfigurationPolicy',
    metadata: { name },
    spec: { remediationAction: 'enforce', severity: 'high', 'object-templates': templates },
  };
  return [
    {
      apiVersion: `cluster.${ocm}/v1beta1`,
      kind: 'Placement',
      metadata,
      spec: {
        ...(labelSelector && { predicates: [{ requiredClusterSelector: { labelSelector } }] }),
        tolerations: ['unreachable', 'unavailable'].map((taint) => ({
          key: `cluster.${ocm}/${taint}`,
          operator: 'Exists',
        })),
      },
    },
    {
      apiVersion: `policy.${ocm}/v1`,
      kind: 'Policy',
      metadata,
      spec: {
        disabled: false,
        remediationAction: 'enforce',
        'policy-templates': [{ objectDefinition: configuration }],
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
