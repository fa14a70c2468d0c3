import type { Clock } from '../../shared/clock.ts';

/** The server's clock, learned from Date headers, which carry whole seconds. */
export interface HubClock {
  now(): number;
  learn(date: string | undefined): void;
}

/** A hub clock that runs within a tenth of ours is taken as running alike. */
const alike = 0.1;

/**
 * Follows the server's clock between answers. A practice hub may run many times faster than we do, so its pace is
 * measured over 2 to 30 s; `now()` never steps back unless the server's clock did so by more than 10 s.
 */
export function createHubClock(clock: Pick<Clock, 'now'>): HubClock {
  let anchor: { hub: number; local: number } | undefined;
  let base: { hub: number; local: number } | undefined;
  let rate = 1;
  let shown = 0;
  const at = (local: number) => (anchor ? anchor.hub + (local - anchor.local) * rate : local);
  return {
    now() {
      const value = Math.floor(at(clock.now()));
      if (!anchor || value > shown || shown - value > 10_000 * rate) shown = value;
      return shown;
    },
    learn(date) {
      const hub = date === undefined ? Number.NaN : Date.parse(date);
      if (!Number.isFinite(hub)) return;
      const local = clock.now();
      const span = base ? local - base.local : 0;
      if (!base || span < 0) base = { hub, local };
      else if (span >= 2000) {
        const pace = (hub - base.hub) / span;
        rate = Math.abs(pace - 1) <= alike + 1000 / span || pace <= 0 ? 1 : pace;
        if (span > 30_000) base = { hub, local };
      }
      // Whole seconds: the truth lies in [hub, hub + 1 s); what we held is kept where it fits.
      const held = anchor ? at(local) : hub;
      anchor = { hub: Math.min(Math.max(held, hub), hub + 999), local };
    },
  };
}
