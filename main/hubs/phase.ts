import type { z } from 'zod';
import type { HubPhase } from '../../shared/contract/hubs.ts';
import type { Fault } from '../../shared/fault.ts';
import type { FeedPhase } from './feed.ts';

export interface FeedStanding {
  state: FeedPhase;
  /** Attempts that failed in a row. */
  failures: number;
  /** Its rows have been current at some time of this connection. */
  caughtUp: boolean;
  fault: Fault | undefined;
}

/** Failed attempts in a row before a feed counts as lost: one reset is nothing to worry people with. */
const lostFrom = 2;

/**
 * What the feeds together say of a connected hub; the first feed is the one of clusters. Refused: it may not be read, or nothing
 * may. Stale: a feed has lost the hub, so its rows are
 * from before. Syncing: a feed still reads its first list, or what happened since the last connection.
 */
export function phaseOf(feeds: readonly FeedStanding[]): { phase: z.infer<typeof HubPhase>; fault?: Fault } {
  const refused = feeds.find(({ state, fault }) => state === 'forbidden' || fault?.code === 'kube.unauthorized')?.fault;
  const shut = ({ state, fault }: FeedStanding) =>
    state === 'absent' || state === 'forbidden' || fault?.code === 'kube.unauthorized';
  const clusters = feeds[0];
  if (refused && (feeds.every(shut) || clusters?.state === 'forbidden'))
    return { phase: 'refused', fault: clusters?.fault ?? refused };
  const lost = feeds.find(({ state, failures }) => state === 'retrying' && failures >= lostFrom);
  if (lost) return { phase: 'stale', ...(lost.fault && { fault: lost.fault }) };
  if (feeds.some(({ state, caughtUp }) => !caughtUp && state !== 'absent' && state !== 'forbidden')) {
    return { phase: 'syncing' };
  }
  return { phase: 'live' };
}
