import type { InstallParams } from '../../shared/contract/install.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import { policyName } from './names.ts';
import { spokeOperator, spokeRights } from './spoke-manifests.ts';

const labels = { [names.installLabel]: 'spokes' };
const ocm = 'open-cluster-management.io';

/** The Policy set that brings KMM to spokes. `sets` are the ManagedClusterSets to bind. */
export function policyObjects(params: InstallParams, sets: readonly string[]): KubeObject[] {
  const namespace = params.policyNamespace;
  const metadata = { name: policyName, namespace, labels };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    ...sets.map((clusterSet) => ({
      apiVersion: `cluster.${ocm}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: { name: clusterSet, namespace, labels },
      spec: { clusterSet },
    })),
    placement(params, metadata),
    policy(params, metadata),
    {
      apiVersion: `policy.${ocm}/v1`,
      kind: 'PlacementBinding',
      metadata,
      placementRef: { apiGroup: `cluster.${ocm}`, kind: 'Placement', name: policyName },
      subjects: [{ apiGroup: `policy.${ocm}`, kind: 'Policy', name: policyName }],
    },
  ];
}

/** Tolerates what a rebooting spoke is tainted with: without that its policy, and with it KMM, would come and go (hub.md 1.2). */
function placement({ spokeSelector }: InstallParams, metadata: KubeObject['metadata']): KubeObject {
  const chosen = Object.keys(spokeSelector).length > 0;
  return {
    apiVersion: `cluster.${ocm}/v1beta1`,
    kind: 'Placement',
    metadata,
    spec: {
      ...(chosen && { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: spokeSelector } } }] }),
      tolerations: ['unreachable', 'unavailable'].map((taint) => ({
        key: `cluster.${ocm}/${taint}`,
        operator: 'Exists',
      })),
    },
  };
}

/**
 * `musthave` where OLM and the platform add members of their own; `mustonlyhave` for rights, so that nobody's addition stays.
 * KMM docs hub_spoke.md has the same objects.
 */
function policy(params: InstallParams, metadata: KubeObject['metadata']): KubeObject {
  const template = (complianceType: string) => (objectDefinition: KubeObject) => ({
    complianceType,
    metadataComplianceType: 'musthave',
    objectDefinition,
  });
  return {
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
            metadata: { name: policyName },
            spec: {
              remediationAction: 'enforce',
              severity: 'high',
              'object-templates': [
                ...spokeOperator(params).map(template('musthave')),
                ...spokeRights().map(template('mustonlyhave')),
              ],
            },
          },
        },
      ],
    },
  };
}
