import type { Clock } from '../shared/clock.ts';

/** The lab's time: starts at `start` and runs `speed` times as fast as the machine's. */
export interface LabClock extends Clock {
  readonly speed: number;
  /** Runs `work` after `ms` of lab time, in order of due time; returns the canceller. */
  after(ms: number, work: () => void): () => void;
  /** Time stands still until `resume`: for building a world, which takes longer than a lease lasts at high speed. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Real ms that lab time may lag behind and still catch up. */
const lateMs = 250;

interface Entry {
  due: number;
  order: number;
  work: (() => void) | undefined;
}

/**
 * One heap, one timer: tens of thousands of waiting leases cost nothing. When the machine can't keep up, lab time
 * falls behind (`now()` never runs past the next thing that is due), so that no pace is ever faster than asked.
 */
export function createLabClock(speed: number, start = Date.now()): LabClock {
  const heap: Entry[] = [];
  let order = 0;
  let virtual = start;
  let real = performance.now();
  let target = start;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let paused = false;
  const before = (a: Entry, b: Entry) => a.due < b.due || (a.due === b.due && a.order < b.order);
  const advance = () => {
    const now = performance.now();
    // A timer's lateness is made up for, a machine that can't keep up is not: that much lab time is simply lost.
    if (!paused) target = Math.min(target + (now - real) * speed, virtual + lateMs * speed);
    real = now;
    const next = heap[0];
    virtual = next ? Math.max(virtual, Math.min(target, next.due)) : target;
    return virtual;
  };
  function push(entry: Entry) {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(entry, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = entry;
  }
  function pop(): Entry {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = at * 2 + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
        if (!before(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return top;
  }
  function arm() {
    if (timer) clearTimeout(timer);
    timer = undefined;
    const next = heap[0];
    if (next && !stopped && !paused) timer = setTimeout(run, Math.max(0, (next.due - advance()) / speed));
  }
  function run() {
    timer = undefined;
    // A slice of real time, then back to the event loop: sockets must be served too.
    const until = performance.now() + 8;
    while (heap[0] && heap[0].due <= advance() && performance.now() < until) {
      const entry = pop();
      entry.work?.();
    }
    arm();
  }
  const clock: LabClock = {
    speed,
    now: () => Math.floor(advance()),
    after(ms, work) {
      const entry: Entry = { due: advance() + Math.max(0, ms), order: order++, work };
      push(entry);
      if (heap[0] === entry) arm();
      return () => {
        entry.work = undefined;
      };
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = clock.after(ms, () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        });
        function stop() {
          cancel();
          reject(signal?.reason);
        }
        signal?.addEventListener('abort', stop, { once: true });
      }),
    pause() {
      advance();
      paused = true;
      arm();
    },
    resume() {
      advance();
      paused = false;
      arm();
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
  return clock;
}
