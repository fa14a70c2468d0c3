import type { LabClock } from './clock.ts';

/** A LabClock that stands still until a test moves it. */
export interface TestClock extends LabClock {
  /** Jumps from one due thing to the next for `ms` of lab time; after each, everything it set off has run. */
  advance(ms: number): Promise<void>;
  /** Lets everything run that is ready now, without moving time. */
  settle(): Promise<void>;
}

interface Entry {
  due: number;
  order: number;
  work: () => void;
}

/** Watches and requests hand on through the event loop, so a few empty turns of it mean that all is quiet. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A manual clock for tests; `start` is its first `now()` in ms since 1970 UTC. */
export function createTestClock(start = Date.UTC(2026, 10, 22, 18, 0, 0)): TestClock {
  const entries = new Set<Entry>();
  let virtual = start;
  let order = 0;
  const nextDue = (limit: number) => {
    let first: Entry | undefined;
    for (const entry of entries) {
      if (entry.due > limit) continue;
      if (!first || entry.due < first.due || (entry.due === first.due && entry.order < first.order)) first = entry;
    }
    return first;
  };
  const settle = () => turns(12);
  const clock: TestClock = {
    speed: 1,
    now: () => Math.floor(virtual),
    after(ms, work) {
      const entry = { due: virtual + Math.max(0, ms), order: order++, work };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = clock.after(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
    settle,
    async advance(ms) {
      const until = virtual + ms;
      await settle();
      for (let entry = nextDue(until); entry; entry = nextDue(until)) {
        entries.delete(entry);
        virtual = Math.max(virtual, entry.due);
        entry.work();
        await settle();
      }
      virtual = until;
    },
    pause() {},
    resume() {},
    stop: () => entries.clear(),
  };
  return clock;
}
