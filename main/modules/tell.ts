import type { TimelineEntry } from '../../shared/contract/fleet.ts';
import type { Timeline } from '../store/timeline.ts';

/** Writes one line of a hub's timeline, in the transaction of the row it tells of. */
export type Tell = (hub: string, entry: Omit<TimelineEntry, 'id'>) => void;

export const tellWith =
  (timeline: Timeline): Tell =>
  (hub, entry) =>
    timeline.add({ hub, ...entry });

/** When something was seen: our time, the hub's time, and whether a first sight is news (not while a full list is read). */
export interface Sighting {
  seenAt: string;
  hubAt: string;
  news: boolean;
}
