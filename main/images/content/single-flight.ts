/** One piece of work for a key at a time. */
export interface SingleFlight<K> {
  readonly size: number;
  /** Begins `work` when nobody does for this key, else waits for whoever does and gives undefined; the caller looks again then. */
  run<T>(key: K, work: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined>;
}

export function createSingleFlight<K>(): SingleFlight<K> {
  const flights = new Map<K, Promise<unknown>>();
  return {
    get size() {
      return flights.size;
    },
    async run(key, work, signal) {
      const other = flights.get(key);
      if (other) {
        await settledOrAborted(other, signal);
        return undefined;
      }
      const mine = work();
      flights.set(key, mine);
      try {
        return await mine;
      } finally {
        flights.delete(key);
      }
    },
  };
}

/** How another's work ends is not ours, but for waiting on it. */
function settledOrAborted(other: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason);
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    const done = (): void => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    other.then(done, done);
  });
}
