/** Blobs below this, bytes, weigh less than the requests they cost. */
export const smallBytes = 262_144;

/** Limits how many blobs travel at once over all images: big ones share the line, small ones have lanes of their own. */
export interface BlobPool {
  /** Runs `work` when there is room for a blob of `bytes`; rejects with the signal's reason when stopped before. */
  run<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface BlobPoolOptions {
  /** Blobs that are not small at once; default 6. */
  big?: number;
  /** Small ones at once; default 16: a registry's disk syncs many together. */
  small?: number;
}

export function createBlobPool({ big = 6, small = 16 }: BlobPoolOptions = {}): BlobPool {
  const lanes = { big: createLane(big), small: createLane(small) };
  return {
    async run(bytes, work, signal) {
      const lane = bytes < smallBytes ? lanes.small : lanes.big;
      await lane.enter(signal);
      try {
        return await work();
      } finally {
        lane.leave();
      }
    },
  };
}

function createLane(width: number): { enter(signal?: AbortSignal): Promise<void>; leave(): void } {
  let free = width;
  const waiting = new Set<() => void>();
  return {
    enter(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const go = (): void => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const stop = (): void => {
          waiting.delete(go);
          reject(signal?.reason);
        };
        waiting.add(go);
        signal?.addEventListener('abort', stop, { once: true });
      });
    },
    leave() {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next();
      } else free += 1;
    },
  };
}
