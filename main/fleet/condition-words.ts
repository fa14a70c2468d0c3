import type { z } from 'zod';
import type { ConditionView } from '../../shared/contract/fleet.ts';
import type { Condition } from '../../shared/kube.ts';

type View = z.infer<typeof ConditionView>;

const sentences: Record<string, Partial<Record<Condition['status'], string>>> = {
  HubAcceptedManagedCluster: {
    True: 'The hub has accepted this cluster.',
    False: 'The hub has not accepted this cluster.',
  },
  ManagedClusterJoined: {
    True: 'The agent on the cluster has joined the hub.',
    False: 'The agent has not joined the hub.',
  },
  ManagedClusterConditionAvailable: {
    True: 'The agent reports and the cluster’s API server answers.',
    False: 'The agent reports, but the cluster’s API server does not answer it.',
    Unknown: 'The agent has stopped reporting: nobody knows how the cluster is.',
  },
  ManagedClusterConditionClockSynced: {
    True: 'The cluster’s clock agrees with the hub’s.',
    False: 'The cluster’s clock is out of step with the hub’s.',
    Unknown: 'Nobody knows whether the cluster’s clock agrees with the hub’s.',
  },
  ManagedClusterImportSucceeded: { True: 'The cluster was imported.', False: 'The import has not succeeded.' },
  Deleting: {
    True: 'The hub has cleaned up; the cluster is about to disappear.',
    False: 'The cluster is being deleted, and something of it still remains on the hub.',
  },
};

/** A condition with a sentence for a person. Unknown types keep the message that their writer gave. */
export function conditionView(condition: Condition): View {
  const { type, status, reason = '', message = '', lastTransitionTime = '' } = condition;
  const known = sentences[type];
  const good = status === 'True' && type !== 'Deleting';
  return {
    ...{ type, status, reason, message, since: lastTransitionTime },
    sentence: known?.[status] ?? (message || `${type} is ${status}.`),
    tone: known ? (good ? 'good' : 'bad') : 'neutral',
  };
}
