import { existsSync } from 'node:fs';
import type { Digest } from '../types.ts';
import { journalStamp, readJournal } from './journal.ts';
import type { Layout } from './layout.ts';

/** The blobs that may be trusted, by digest, with their sizes in bytes. */
export interface Committed {
  size(digest: Digest): number | undefined;
  all(): ReadonlyMap<Digest, number>;
}

/** For a reader beside a writer: a digest that is missing is looked for in the journal again when that has changed. */
export function followedCommitted(layout: Layout, known: Map<Digest, number>): Committed {
  let stamp = journalStamp(layout.journal);
  const refresh = (): void => {
    const now = journalStamp(layout.journal);
    if (now === stamp) return;
    stamp = now;
    for (const [digest, size] of readJournal(layout.journal).sizes) known.set(digest, size);
    // Pruned or set aside meanwhile.
    for (const digest of known.keys()) if (!existsSync(layout.blob(digest))) known.delete(digest);
  };
  return {
    size(digest) {
      if (!known.has(digest)) refresh();
      return known.get(digest);
    },
    all() {
      refresh();
      return known;
    },
  };
}
