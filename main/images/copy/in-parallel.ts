/**
 * Works through items, so many at a time, in their order. The first failure stops the others (through the signal that `work`
 * gets) and is thrown when they have ended: nothing goes on in the background.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  parallel: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const iterator = items[Symbol.iterator]();
  let failed: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      if (both.aborted) return;
      try {
        await work(next.value, both);
      } catch (error) {
        failed ??= { error };
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (failed) throw failed.error;
  signal?.throwIfAborted();
}
