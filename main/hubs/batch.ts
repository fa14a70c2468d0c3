/** Gathers what comes one by one and hands it on in batches, one at a time. */
export interface Batch<T> {
  /** Resolves at once, or, when more than `most` items wait, after they were written. Rejects with what an earlier write threw. */
  add(item: T): Promise<void> | void;
  /** Something waits or is being written. */
  busy(): boolean;
  /** Writes what waits, and reports what failed. */
  end(): Promise<void>;
}

/** Hands on after `delayMs` or at `size` items. A failed write ends the batch: nothing later is written, so no gap can arise. */
export function createBatch<T>(
  write: (items: T[]) => Promise<void>,
  options: { delayMs: number; size: number; most: number; onError: (error: unknown) => void },
): Batch<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;

  function start(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = undefined;
    running ??= (async () => {
      try {
        while (waiting.length > 0 && !failure) {
          const items = waiting.slice(0, options.size);
          waiting = waiting.slice(options.size);
          await write(items);
        }
      } catch (error) {
        failure = { error };
        waiting = [];
        options.onError(error);
      } finally {
        running = undefined;
      }
    })();
    return running;
  }

  return {
    add(item) {
      if (failure) return Promise.reject(failure.error);
      waiting.push(item);
      if (waiting.length >= options.most) return start();
      if (waiting.length >= options.size) void start();
      else if (!running) timer ??= setTimeout(start, options.delayMs);
    },
    busy: () => waiting.length > 0 || running !== undefined,
    async end() {
      while (waiting.length > 0 || running) await start();
      if (timer) clearTimeout(timer);
      if (failure) throw failure.error;
    },
  };
}
