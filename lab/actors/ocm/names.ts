const ocm = 'open-cluster-management.io';

/** Labels, taints, finalizers and fixed names that OCM's programs use. */
export const ocmNames = {
  clusterSetLabel: `cluster.${ocm}/clusterset`,
  clusterNameLabel: `${ocm}/cluster-name`,
  addonLabel: (addon: string) => `feature.${ocm}/addon-${addon}`,
  unreachable: `cluster.${ocm}/unreachable`,
  unavailable: `cluster.${ocm}/unavailable`,
  resourceCleanup: `cluster.${ocm}/resource-cleanup`,
  apiResourceCleanup: `cluster.${ocm}/api-resource-cleanup`,
  workCleanup: `cluster.${ocm}/manifest-work-cleanup`,
  appliedWorkCleanup: `cluster.${ocm}/applied-manifest-work-cleanup`,
  aggregateToWork: `${ocm}/aggregate-to-work`,
  lease: 'managed-cluster-lease',
  agentNamespace: 'open-cluster-management-agent',
  addonNamespace: 'open-cluster-management-agent-addon',
  placementLabel: `cluster.${ocm}/placement`,
  groupIndexLabel: `cluster.${ocm}/decision-group-index`,
  groupNameLabel: `cluster.${ocm}/decision-group-name`,
  available: 'ManagedClusterConditionAvailable',
} as const;

/** The spoke's add-ons that the lab runs; each has a lease of its name in the add-on namespace. */
export const addons = ['work-manager', 'governance-policy-framework', 'config-policy-controller'] as const;
export type Addon = (typeof addons)[number];
