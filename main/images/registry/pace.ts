import type { Clock } from '../../../shared/clock.ts';
import { mayPass, type PassingFault } from './passing.ts';

/** Longest time a registry may ask us to wait before that is a fault, ms. */
export const patienceMs = 15 * 60_000;
const tries = 6;
const firstMs = 500;
const longestMs = 20_000;

/** One gate for all callers of a registry: when it asks one to wait, all wait. */
export interface Pace {
  /** Waits while the gate is shut. */
  pass(signal?: AbortSignal): Promise<void>;
  /** Shuts the gate for `ms`. */
  hold(ms: number): void;
  /**
   * Does `work` until it succeeds, up to six times as long as what it throws may pass, with growing jittered pauses.
   * `progressed` tells whether the last try got further than the one before: then counting starts anew.
   */
  retry<T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal, progressed?: () => boolean): Promise<T>;
}

export function createPace({ clock, random }: { clock: Clock; random(): number }): Pace {
  let until = 0;
  const pass = async (signal?: AbortSignal) => {
    signal?.throwIfAborted();
    for (let left = until - clock.now(); left > 0; left = until - clock.now())
      // Spread over a tenth more, so that not all come at the same instant.
      await clock.sleep(left * (1 + random() / 10), signal);
  };
  const hold = (ms: number) => {
    until = Math.max(until, clock.now() + ms);
  };
  const pause = (passing: PassingFault, failed: number, signal?: AbortSignal) => {
    const ms = Math.min(longestMs, firstMs * 2 ** (failed - 1)) * (0.5 + random() / 2);
    // Too many requests is meant for all of us, with or without a time to wait.
    if (passing.afterMs === undefined && passing.fault.code !== 'registry.quota') return clock.sleep(ms, signal);
    hold(passing.afterMs ?? ms);
    return pass(signal);
  };
  return {
    pass,
    hold,
    async retry(work, signal, progressed) {
      for (let failed = 0; ; ) {
        await pass(signal);
        try {
          return await work(failed);
        } catch (error) {
          failed = progressed?.() ? 1 : failed + 1;
          if (!mayPass(error) || failed >= tries || signal?.aborted) throw error;
          await pause(error, failed, signal);
        }
      }
    },
  };
}

/** `Retry-After` in ms from now: seconds or an HTTP date (RFC 9110 section 10.2.3); undefined when there is none. */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = String(header ?? '').trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
