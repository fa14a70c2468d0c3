/** At most `limit` holders at a time; the others wait in order. */
export interface Slots {
  /** Resolves to the function that gives the slot back (calling it twice does no harm). Rejects when the signal aborts. */
  take(signal?: AbortSignal): Promise<() => void>;
}

export function createSlots(limit: number): Slots {
  let free = limit;
  const waiting: (() => void)[] = [];
  const giveBack = () => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
  };
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (free > 0) {
          free -= 1;
          return resolve(giveBack());
        }
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve(giveBack());
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal?.reason);
        };
        waiting.push(go);
        signal?.addEventListener('abort', leave, { once: true });
      }),
  };
}
