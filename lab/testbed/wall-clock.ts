import type { LabClock } from '../clock.ts';

/**
 * The clock of actors on a real API server. The server stamps creations, deletions and its Date header with the time of
 * day, so `now()` must be that, or objects would tell of a future. What may be hurried is only how long things take:
 * a wait of `ms` lasts `ms / haste`. Waits that end at a moment (a lease that runs out) then look again and wait on, so
 * they are never early; waits for a span (a poll, a pull, a build) are `haste` times shorter.
 */
export function createWallClock(haste: number): LabClock {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const clock: LabClock = {
    speed: haste,
    now: () => Date.now(),
    after(ms, work) {
      if (stopped) return () => {};
      // A span is rounded up: a wait for a moment that ended a fraction early would spin.
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          work();
        },
        Math.ceil(Math.max(0, ms) / haste),
      );
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = clock.after(ms, resolve);
        signal?.addEventListener(
          'abort',
          () => {
            cancel();
            reject(signal.reason);
          },
          { once: true },
        );
      }),
    // The time of day can't be held; agents begin when the world is built.
    pause() {},
    resume() {},
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
  return clock;
}
