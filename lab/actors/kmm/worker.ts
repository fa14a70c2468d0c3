import type { LabClock } from '../../clock.ts';

/** A controller's queue with one worker, as controller-runtime runs it: keys in order, each at most once in line. */
export interface Worker {
  add(key: string): void;
  /** Nothing in line, nothing running. */
  readonly idle: boolean;
  stop(): void;
}

/**
 * `reconcile` runs for one key at a time. What it throws is told to `report` and tried again after 5 ms, 10 ms, … up to
 * 1,000 s of lab time, for ever: a panic of the real operator is recovered in the same way.
 */
export function createWorker(
  clock: LabClock,
  reconcile: (key: string) => Promise<void>,
  report: (key: string, error: unknown) => void = () => {},
): Worker {
  const line = new Set<string>();
  const failures = new Map<string, number>();
  let running = false;
  let stopped = false;
  async function run(): Promise<void> {
    running = true;
    for (const key of line) {
      if (stopped) break;
      line.delete(key);
      try {
        await reconcile(key);
        failures.delete(key);
      } catch (error) {
        report(key, error);
        const count = failures.get(key) ?? 0;
        failures.set(key, count + 1);
        clock.after(Math.min(5 * 2 ** count, 1_000_000), () => add(key));
      }
    }
    running = false;
    if (line.size > 0 && !stopped) void run();
  }
  function add(key: string): void {
    if (stopped) return;
    line.add(key);
    // In a later turn, so that all events of one moment count as one.
    if (!running) {
      running = true;
      setImmediate(() => void run());
    }
  }
  return {
    add,
    get idle() {
      return !running && line.size === 0;
    },
    stop() {
      stopped = true;
      line.clear();
    },
  };
}
