import type { Said } from './conditions.ts';

const available = 'ManagedClusterConditionAvailable';
const clock = 'ManagedClusterConditionClockSynced';

/** Every condition of a ManagedCluster, word for word as OCM's programs write it (none has observedGeneration). */
export const clusterSaid = {
  accepted: {
    type: 'HubAcceptedManagedCluster',
    status: 'True',
    reason: 'HubClusterAdminAccepted',
    message: 'Accepted by hub cluster admin',
  },
  denied: {
    type: 'HubAcceptedManagedCluster',
    status: 'False',
    reason: 'HubClusterAdminDenied',
    message: 'Denied by hub cluster admin',
  },
  joined: {
    type: 'ManagedClusterJoined',
    status: 'True',
    reason: 'ManagedClusterJoined',
    message: 'Managed cluster joined',
  },
  available: {
    type: available,
    status: 'True',
    reason: 'ManagedClusterAvailable',
    message: 'Managed cluster is available',
  },
  unknown: {
    type: available,
    status: 'Unknown',
    reason: 'ManagedClusterLeaseUpdateStopped',
    message: 'Registration agent stopped updating its lease.',
  },
  synced: {
    type: clock,
    status: 'True',
    reason: 'ManagedClusterClockSynced',
    message: 'The clock of the managed cluster is synced with the hub.',
  },
  outOfSync: {
    type: clock,
    status: 'False',
    reason: 'ManagedClusterClockOutOfSync',
    message:
      'The clock of hub and agent is out of sync. This may cause the Unknown status and affect agent functionalities.',
  },
  noResource: {
    type: 'Deleting',
    status: 'True',
    reason: 'NoResource',
    message: 'No cleaned resource in cluster ns.',
  },
} as const satisfies Record<string, Said>;

/** False by the agent's livez check; `server` is the spoke's API URL. */
export function apiDown(server: string): Said {
  const { host } = new URL(server);
  return {
    type: available,
    status: 'False',
    reason: 'ManagedClusterKubeAPIServerUnavailable',
    message: `The kube-apiserver is not ok, status code: 0, Get "${server}/livez": dial tcp ${host}: connect: connection refused`,
  };
}

/** While a deleted cluster's works are still there (spelling as OCM's). */
export function worksRemain(count: number, pending: number): Said {
  return {
    type: 'Deleting',
    status: 'False',
    reason: 'ResourceRemaining',
    message: `The resource manifestworks is remaning, the remaining count is ${count}, the finalizer pending count is ${pending}`,
  };
}
