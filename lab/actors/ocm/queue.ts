import { ApiError } from '../../api.ts';
import type { LabClock } from '../../clock.ts';

/**
 * Whether a refusal comes of others' doings and passes with time: gone, changed in between, a namespace that is ending, a
 * server that is busy. What the server calls invalid is a defect of ours instead.
 */
export const passing = (error: unknown): boolean =>
  error instanceof ApiError && error.status !== 400 && error.status !== 422;

/** Runs `work` for keys: never twice at once for one key; a key added while it runs is run once more. */
export interface Queue {
  add(key: string, delayMs?: number): void;
  stop(): void;
}

/**
 * Controllers' work queue. A request whose refusal passes is tried again after `retryMs` of lab time; any other error is a
 * defect of the lab and is thrown where it is seen.
 */
export function createQueue(clock: LabClock, work: (key: string) => Promise<void>, retryMs = 1_000): Queue {
  const state = new Map<string, 'running' | 'again'>();
  let stopped = false;
  async function run(key: string): Promise<void> {
    if (stopped) return;
    state.set(key, 'running');
    try {
      await work(key);
    } catch (error) {
      if (!passing(error)) {
        state.delete(key);
        throw error;
      }
      clock.after(retryMs, () => add(key));
    }
    const again = state.get(key) === 'again';
    state.delete(key);
    if (again) void run(key);
  }
  function add(key: string, delayMs = 0): void {
    if (stopped) return;
    if (delayMs > 0) clock.after(delayMs, () => add(key));
    else if (state.has(key)) state.set(key, 'again');
    else void run(key);
  }
  return {
    add,
    stop() {
      stopped = true;
    },
  };
}

/** A line of work with a pace: each of `run` begins at least `gapMs` of lab time after the one before. */
export function createPacer(clock: LabClock, gapMs: number): (run: () => void) => void {
  let free = 0;
  return (run) => {
    const at = Math.max(clock.now(), free);
    free = at + gapMs;
    clock.after(at - clock.now(), run);
  };
}
