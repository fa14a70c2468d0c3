import { rmSync } from 'node:fs';
import { fault } from '../../../shared/fault.ts';
import type { ContentStore, Digest } from '../types.ts';
import { diskFault } from './disk-fault.ts';
import type { Layout } from './layout.ts';
import { reach } from './reach.ts';
import type { StoreIndex } from './store-index.ts';

interface Prune {
  layout: Layout;
  store: Pick<ContentStore, 'size' | 'bytes' | 'digests' | 'roots'>;
  index: Pick<StoreIndex, 'version' | 'settled'>;
  /** Whether nothing comes in that no root reaches yet. */
  idle: () => boolean;
  forget: (digests: readonly Digest[]) => Promise<void>;
  dryRun: boolean;
  /** Names of roots that do not count any more. */
  without: readonly string[];
}

/** Removed in one go, so that nobody comes in between. */
const slice = 200;

/** Frees blobs that no root reaches; with `dryRun` only says which. Fault store.busy while images come in. */
export async function pruneBlobs({ layout, store, index, idle, forget, dryRun, without }: Prune) {
  if (!dryRun && !idle()) throw busy(layout.root);
  // The list on the disk must not name what goes: where it can't be written, nothing goes.
  if (!dryRun) await index.settled();
  const version = index.version();
  const needed = await reach(
    store,
    store.roots().filter(({ name }) => !without.includes(name)),
  );
  const digests = store.digests().filter((digest) => !needed.has(digest));
  const bytes = digests.reduce((sum, digest) => sum + (store.size(digest) ?? 0), 0);
  if (dryRun) return { digests, bytes };
  for (let at = 0; at < digests.length; at += slice) {
    // Something came in while we looked: what we know of who needs what is old.
    if (!idle() || index.version() !== version) throw busy(layout.root);
    const some = digests.slice(at, at + slice);
    const forgotten = forget(some);
    try {
      for (const digest of some) rmSync(layout.blob(digest), { force: true });
    } catch (error) {
      throw diskFault(error, layout.root);
    }
    await forgotten;
  }
  return { digests, bytes };
}

const busy = (root: string) =>
  fault(
    'store.busy',
    `Images are coming into the store ${root}.`,
    'Wait until they are here, or pause them, then prune.',
    {
      field: 'root',
    },
  );
