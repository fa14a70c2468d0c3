import type { Emit } from '../../shared/contract.ts';
import type { Store } from '../store/open.ts';
import type { Pairs } from './pairs.ts';
import type { Sighting } from './tell.ts';

interface Entry {
  hub: string;
  module: string;
  spoke: string;
  seen: Sighting;
}

/** Pairs judged in one transaction: at some 30 µs each a chunk blocks the process for about 10 ms. */
const chunk = 250;

/**
 * Judges many pairs without blocking: a change of a module touches all its spokes. Each chunk is a transaction of its own;
 * what a crash leaves undone is queued again at the next connection.
 */
export function createPairQueue({ store, pairs, emit }: { store: Store; pairs: Pairs; emit: Emit }) {
  const waiting = new Map<string, Entry>();
  let timer: NodeJS.Immediate | undefined;
  let closed = false;

  function work(): void {
    timer = undefined;
    if (closed) return;
    const written = new Map<string, Set<string>>();
    store.transaction(() => {
      let left = chunk;
      for (const [key, { hub, module, spoke, seen }] of waiting) {
        if (left-- === 0) break;
        waiting.delete(key);
        for (const table of pairs.touch(hub, module, spoke, seen)) {
          const tables = written.get(hub) ?? new Set();
          written.set(hub, tables.add(table));
        }
      }
    });
    for (const [hub, tables] of written) emit('rows.changed', { hub, tables: [...tables, 'timeline'] });
    arm();
  }
  function arm(): void {
    if (!timer && waiting.size > 0 && !closed) timer = setImmediate(work);
  }
  return {
    add(hub: string, module: string, spokes: Iterable<string>, seen: Sighting): void {
      for (const spoke of spokes) {
        const key = `${hub} ${module} ${spoke}`;
        const old = waiting.get(key);
        waiting.set(key, { hub, module, spoke, seen: { ...seen, news: seen.news || (old?.seen.news ?? false) } });
      }
      arm();
    },
    /** Works everything off at once; for tests and before closing. */
    drain(): void {
      while (waiting.size > 0 && !closed) {
        if (timer) clearImmediate(timer);
        work();
      }
    },
    idle: (): boolean => waiting.size === 0,
    close(): void {
      closed = true;
      if (timer) clearImmediate(timer);
    },
  };
}
export type PairQueue = ReturnType<typeof createPairQueue>;
