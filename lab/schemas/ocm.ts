import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { ageColumn, column, conditionColumn, customKind } from './custom-kind.ts';
import { appliedManifestWork, manifestWork } from './ocm-work.ts';
import {
  atomicList,
  boolean,
  conditions,
  dateTime,
  described,
  int32,
  int64,
  intOrString,
  labelSelector,
  list,
  listBy,
  mapOf,
  object,
  oneOf,
  string,
  strings,
} from './shapes.ts';

const taintKey = { type: 'string', minLength: 1, maxLength: 316 };
const effect = oneOf('NoSelect', 'PreferNoSelect', 'NoSelectIfNew');
const expression = object({ key: string, operator: string, values: atomicList(string) }, 'key', 'operator');
const clusterSelector = object({
  labelSelector,
  claimSelector: object({ matchExpressions: list(expression) }),
});

const managedCluster = customKind(kinds.ManagedCluster, {
  description: 'ManagedCluster represents the desired state and current status of a cluster that this hub manages.',
  shortNames: ['mcl', 'mcls'],
  columns: [
    column('Hub Accepted', 'boolean', '.spec.hubAcceptsClient'),
    column('Managed Cluster URLs', 'string', '.spec.managedClusterClientConfigs[*].url'),
    conditionColumn('Joined', 'ManagedClusterJoined'),
    conditionColumn('Available', 'ManagedClusterConditionAvailable'),
    ageColumn,
  ],
  properties: {
    spec: object({
      hubAcceptsClient: described('Whether the hub accepts the agent of this cluster.', boolean),
      leaseDurationSeconds: described('How often the agent renews its lease; unknown after five times that.', {
        ...int32,
        default: 60,
      }),
      managedClusterClientConfigs: list(object({ url: string, caBundle: { type: 'string', format: 'byte' } }, 'url')),
      taints: list(
        object(
          {
            key: taintKey,
            value: { type: 'string', maxLength: 1024 },
            effect,
            timeAdded: { ...dateTime, nullable: true },
          },
          'key',
          'effect',
        ),
      ),
    }),
    status: object({
      conditions,
      capacity: mapOf(intOrString),
      allocatable: mapOf(intOrString),
      version: object({ kubernetes: string }),
      clusterClaims: list(
        object({
          name: { type: 'string', minLength: 1, maxLength: 253 },
          value: { type: 'string', minLength: 1, maxLength: 1024 },
        }),
      ),
      managedNamespaces: listBy(
        ['clusterSet', 'name'],
        object({ clusterSet: string, name: string, conditions }, 'clusterSet', 'name'),
      ),
    }),
  },
});

const exclusive = { selectorType: 'ExclusiveClusterSetLabel' };
const clusterSet = customKind(kinds.ManagedClusterSet, {
  description: 'ManagedClusterSet groups managed clusters; a cluster belongs to one set by its label.',
  shortNames: ['mclset', 'mclsets'],
  columns: [conditionColumn('Empty', 'ClusterSetEmpty'), ageColumn],
  properties: {
    spec: {
      ...object({
        clusterSelector: {
          ...object(
            {
              selectorType: {
                ...oneOf('ExclusiveClusterSetLabel', 'LabelSelector'),
                default: 'ExclusiveClusterSetLabel',
              },
              labelSelector,
            },
            'selectorType',
          ),
          default: exclusive,
        },
      }),
      default: { clusterSelector: exclusive },
    },
    status: object({ conditions: list(conditions.items!) }),
  },
});

const clusterSetBinding = customKind(kinds.ManagedClusterSetBinding, {
  description: 'ManagedClusterSetBinding lets the Placements of its namespace choose from a ManagedClusterSet.',
  shortNames: ['mclsetbinding', 'mclsetbindings'],
  properties: {
    spec: object({ clusterSet: { type: 'string', minLength: 1 } }),
    status: object({ conditions: list(conditions.items!) }),
  },
});

const placement = customKind(kinds.Placement, {
  description: 'Placement selects managed clusters; the outcome stands in its PlacementDecisions.',
  columns: [
    conditionColumn('Succeeded', 'PlacementSatisfied'),
    conditionColumn('Reason', 'PlacementSatisfied', 'reason'),
    column('SelectedClusters', 'integer', '.status.numberOfSelectedClusters'),
  ],
  required: ['spec'],
  properties: {
    spec: object({
      clusterSets: strings,
      numberOfClusters: int32,
      predicates: list(object({ requiredClusterSelector: clusterSelector })),
      sortBy: { ...oneOf('ClusterName', 'Score'), default: 'ClusterName' },
      scoreRateLimit: { type: 'string', default: '1m', pattern: '^[0-9]+[hms]$' },
      tolerations: list(
        object({
          key: taintKey,
          value: { type: 'string', maxLength: 1024 },
          effect,
          operator: { type: 'string', default: 'Equal' },
          tolerationSeconds: int64,
        }),
      ),
      decisionStrategy: object({
        groupStrategy: object({
          clustersPerDecisionGroup: { ...intOrString, default: '100%' },
          decisionGroups: list(
            object({ groupName: string, groupClusterSelector: clusterSelector }, 'groupName', 'groupClusterSelector'),
          ),
        }),
      }),
    }),
    status: object({
      conditions,
      numberOfSelectedClusters: int32,
      decisionGroups: list(
        object({
          clusterCount: { ...int32, default: 0 },
          decisionGroupIndex: int32,
          decisionGroupName: string,
          decisions: strings,
        }),
      ),
    }),
  },
});

const placementDecision = customKind(kinds.PlacementDecision, {
  description: 'PlacementDecision names at most 100 of the clusters that a Placement selected.',
  properties: {
    status: object(
      {
        decisions: list(object({ clusterName: string, reason: string, score: int64 }, 'clusterName', 'reason')),
      },
      'decisions',
    ),
  },
});

const nameAndNamespace = { name: { type: 'string', minLength: 1 }, namespace: string };
const configGroup = { type: 'string', default: '' };
const addOnConfigs = list(object({ group: configGroup, resource: string, ...nameAndNamespace }, 'name', 'resource'));
const addOnStatus = {
  conditions,
  namespace: string,
  addOnMeta: object({ description: string, displayName: string }),
  healthCheck: object({ mode: { ...oneOf('Lease', 'Customized'), default: 'Lease' } }),
  relatedObjects: list(
    object({ group: string, resource: string, name: string, namespace: string }, 'group', 'name', 'resource'),
  ),
  supportedConfigs: listBy(['group', 'resource'], object({ group: configGroup, resource: string }, 'resource')),
};
const user = { user: string, groups: strings };
const addOn = customKind(kinds.ManagedClusterAddOn, {
  description: 'ManagedClusterAddOn is an agent that runs on one managed cluster, with its health.',
  shortNames: ['mca', 'mcas'],
  columns: [
    conditionColumn('Available', 'Available'),
    conditionColumn('Degraded', 'Degraded'),
    conditionColumn('Progressing', 'Progressing'),
  ],
  required: ['spec'],
  properties: {
    spec: object({
      installNamespace: { type: 'string', maxLength: 63, default: 'open-cluster-management-agent-addon' },
      configs: addOnConfigs,
    }),
    status: object({
      ...addOnStatus,
      registrations: list(
        object({ signerName: string, subject: object({ ...user, organizationUnit: strings }) }, 'signerName'),
      ),
    }),
  },
  versions: {
    v1beta1: {
      spec: object({ configs: addOnConfigs }),
      status: object({
        ...addOnStatus,
        registrations: list(
          object(
            {
              type: oneOf('kubeClient', 'customSigner'),
              kubeClient: object({ driver: string, subject: object(user) }),
              customSigner: object(
                { signerName: string, subject: object({ ...user, organizationUnits: strings }) },
                'signerName',
              ),
            },
            'type',
          ),
        ),
      }),
    },
  },
});

const clusterClaim = customKind(kinds.ClusterClaim, {
  description: 'ClusterClaim is a fact about this cluster that its agent reports to the hub.',
  status: false,
  properties: { spec: object({ value: { type: 'string', minLength: 1, maxLength: 1024 } }) },
});

/** What OCM serves on a hub. Pass to `core.serve`. */
export const ocmHubKinds: readonly KindSchema[] = [
  managedCluster,
  clusterSet,
  clusterSetBinding,
  placement,
  placementDecision,
  addOn,
  manifestWork,
];

/** What the klusterlet brings to a spoke. Pass to `core.serve`. */
export const ocmSpokeKinds: readonly KindSchema[] = [clusterClaim, appliedManifestWork];
