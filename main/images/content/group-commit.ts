/**
 * One costly step (an fsync, an index) for many who ask at once: `ask()` resolves after a run of `work` that began after it was
 * asked. Runs never overlap; all that ask during one share the next.
 */
export function groupCommit(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => {})
      // A turn of the loop, so that those who finish at the same moment come along.
      .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      .then(() => {
        running = next as Promise<void>;
        next = undefined;
        return work();
      });
    return next;
  };
}
