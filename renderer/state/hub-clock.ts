import { createContext, useContext } from 'react';

/** What is known of a hub's clock: how far it is ahead (ms) as read at local time `at`, and how fast it runs (practice hubs only). */
export interface HubClock {
  skewMs: number;
  at: number;
  speed: number;
}

/** The hub's time for a local time, both ms since 1970 UTC. */
export const hubTime = ({ skewMs, at, speed }: HubClock, local: number): number =>
  local + skewMs + (at > 0 ? Math.max(0, local - at) * (speed - 1) : 0);

export const HubClockContext = createContext<HubClock>({ skewMs: 0, at: 0, speed: 1 });
export const useHubClock = (): HubClock => useContext(HubClockContext);
