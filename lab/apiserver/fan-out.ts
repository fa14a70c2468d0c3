import type { WatchEvent } from '../../shared/kube.ts';

/** Hands events to in-process listeners in order, in a later turn of the event loop than the write that made them. */
export interface FanOut {
  /** A queue of its own; `push` from anywhere, `close` drops what is not yet handed on. */
  open(listener: (event: WatchEvent) => void): { push(event: WatchEvent): void; close(): void };
}

interface Outlet {
  listener: (event: WatchEvent) => void;
  queue: WatchEvent[];
  open: boolean;
}

/** One per core: however many outlets have events, one turn of the event loop serves them all. */
export function createFanOut(): FanOut {
  let waiting: Outlet[] = [];
  const flush = () => {
    const those = waiting;
    waiting = [];
    for (const outlet of those) {
      const events = outlet.queue;
      outlet.queue = [];
      for (const event of events) {
        if (!outlet.open) break;
        try {
          outlet.listener(event);
        } catch (error) {
          // The others still get theirs; the fault surfaces as an uncaught one, with its own stack.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
  };
  return {
    open(listener) {
      const outlet: Outlet = { listener, queue: [], open: true };
      return {
        push(event) {
          if (!outlet.open) return;
          if (outlet.queue.push(event) > 1) return;
          if (waiting.push(outlet) === 1) setImmediate(flush);
        },
        close() {
          outlet.open = false;
          outlet.queue = [];
        },
      };
    },
  };
}
