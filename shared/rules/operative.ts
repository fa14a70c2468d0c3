import type { Availability } from '../contract/fleet.ts';
import type { Condition } from '../kube.ts';

/** What the hub shows of a spoke, as far as the rule asks. */
export interface OperativeFacts {
  deleting: boolean;
  /** spec.hubAcceptsClient: the condition of that name lags behind while works remain. */
  accepted: boolean;
  conditions: readonly Condition[];
  /** OCM add-ons of the spoke: name and status of their condition Available ('' before the first word). */
  addons: readonly { name: string; available: string }[];
}

export interface Operative {
  availability: Availability;
  operative: boolean;
  /** One sentence why not, '' when operative. */
  reason: string;
  /** lastTransitionTime of the condition that decides availability, undefined where there is none. */
  since?: string;
}

/** Add-ons without which a spoke can't be worked with: views and actions, policies. */
export const neededAddons: readonly string[] = [
  'work-manager',
  'governance-policy-framework',
  'governance-policy-framework-addon',
  'config-policy-controller',
];

/**
 * The rule "operative": accepted, joined, Available True, clock in step, not being deleted, and the add-ons for work and policies
 * alive where they are installed. OCM writes Available Unknown when an agent's lease stops, False when only its API is down.
 */
export function operative(facts: OperativeFacts): Operative {
  const condition = (type: string) => facts.conditions.find((one) => one.type === type);
  const available = condition('ManagedClusterConditionAvailable');
  const joined = condition('ManagedClusterJoined');
  const not = (availability: Availability, reason: string, cause?: Condition): Operative => ({
    ...{ availability, operative: false, reason },
    ...(cause?.lastTransitionTime !== undefined && { since: cause.lastTransitionTime }),
  });
  if (facts.deleting) return not('deleting', 'Is being deleted from the hub.', condition('Deleting'));
  if (!facts.accepted) {
    return not('notAccepted', 'Is not accepted by the hub.', condition('HubAcceptedManagedCluster'));
  }
  if (joined?.status !== 'True') return not('joining', 'Has not joined the hub yet.', joined);
  if (available?.status === 'False') {
    return not('unavailable', 'Its agent is alive, but its API server does not answer.', available);
  }
  if (available?.status !== 'True') {
    return available
      ? not('unknown', 'Its agent has stopped reporting to the hub.', available)
      : not('joining', 'Has joined, but not reported its health yet.', joined);
  }
  const here = (reason: string) => not('available', reason, available);
  if (condition('ManagedClusterConditionClockSynced')?.status === 'False') {
    return here('Its clock is out of step with the hub.');
  }
  const dead = facts.addons.find(
    ({ name, available: is }) => neededAddons.includes(name) && (is === 'Unknown' || is === 'False'),
  );
  if (dead) {
    return here(
      `Its add-on ${dead.name} ${dead.available === 'False' ? 'says it is not available' : 'has stopped reporting'}.`,
    );
  }
  return {
    ...{ availability: 'available', operative: true, reason: '' },
    ...(available.lastTransitionTime !== undefined && { since: available.lastTransitionTime }),
  };
}
