/** A signal that follows another with patience, so that what is nearly there may arrive. */
export interface Patience {
  signal: AbortSignal | undefined;
  /** Something moved. */
  touch(): void;
  /** It is over: nothing is waited for any more. */
  end(): void;
}

/** Waited for at most, and as long as something moves at least this often (ms). */
export const longestWait = 5_000;
export const idleWait = 1_000;

/** Follows `signal` when `longestWait` ms went by since it was aborted, or nothing moved for `idleWait` ms. */
export function patient(signal: AbortSignal | undefined): Patience {
  if (!signal) return { signal, touch: () => {}, end: () => {} };
  const late = new AbortController();
  let longest: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  const stop = (): void => late.abort(signal.reason);
  const touch = (): void => {
    if (!longest) return;
    clearTimeout(idle);
    idle = setTimeout(stop, idleWait);
  };
  const begin = (): void => {
    longest = setTimeout(stop, longestWait);
    touch();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: late.signal,
    touch,
    end() {
      signal.removeEventListener('abort', begin);
      clearTimeout(longest);
      clearTimeout(idle);
    },
  };
}
