import { type FaultError, fault, toFault } from '../../shared/fault.ts';

/** Refusals of the client that mean: this connection cannot work as it is. */
const codes: Record<string, string> = {
  'kube.certificateExpired': 'hub.certificateExpired',
  'kube.certificateNotYetValid': 'hub.certificateExpired',
  'kube.certificateHost': 'hub.certificateHost',
  'kube.certificateUnknown': 'hub.certificateUnknown',
  'kube.certificateRefused': 'hub.unauthorized',
  'kube.badCredential': 'hub.unauthorized',
  'kube.signInFailed': 'hub.unauthorized',
  'kube.unauthorized': 'hub.unauthorized',
  'kube.forbidden': 'hub.forbidden',
};
const away: Record<string, string> = {
  'kube.unreachable': 'hub.unreachable',
  'kube.timeout': 'hub.unreachable',
  'kube.serverError': 'hub.unreachable',
  'kube.tooManyRequests': 'hub.unreachable',
  'kube.notTls': 'hub.unreachable',
  'kube.notKubernetes': 'hub.unreachable',
};

/** The hub no longer takes this identity, or it can't be had: trying again as it is will not help. */
export const identityLost = (error: unknown): boolean =>
  error !== undefined && codes[toFault(error).code] === 'hub.unauthorized';

/** Says why a hub could not be connected in the words of the contract; `refused` when trying again will not help. */
export function connectFault(error: unknown): { error: FaultError; refused: boolean } {
  const { code, message, remedy, field, about } = toFault(error);
  const extra = { ...(field !== undefined && { field }), ...(about && { about }), cause: error };
  return { error: fault(codes[code] ?? away[code] ?? code, message, remedy, extra), refused: !(code in away) };
}

export const noOcm = (server: string): FaultError =>
  fault(
    'hub.noOcm',
    `${server} is no hub: it does not serve ManagedCluster (cluster.open-cluster-management.io/v1).`,
    'Choose the context of the hub cluster, or install Open Cluster Management (ACM) there.',
    { field: 'context' },
  );

export const mayNotList = (server: string, identity: string): FaultError =>
  fault(
    'hub.forbidden',
    `${identity || 'This identity'} may not list ManagedClusters on ${server}.`,
    'Ask the hub’s administrator for get, list and watch on managedclusters.cluster.open-cluster-management.io.',
    { field: 'context' },
  );
