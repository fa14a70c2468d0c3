import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Clock } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { digestMismatch, digestOf, matches } from '../digest.ts';
import type { ContentStore, Digest, StoreRoot } from '../types.ts';
import { diskFault } from './disk-fault.ts';
import { createFreeSpace, keptFree } from './free-space.ts';
import { groupCommit } from './group-commit.ts';
import { type Journal, openJournal } from './journal.ts';
import { algorithms, checkLayout, layoutAt, makeLayout } from './layout.ts';
import { pruneBlobs } from './prune-blobs.ts';
import { scan, sweepPartials } from './scan.ts';
import { createSingleFlight } from './single-flight.ts';
import { openIndex } from './store-index.ts';
import { lockStore } from './store-lock.ts';
import { createStoreReader } from './store-reader.ts';
import { syncFolder } from './sync-folder.ts';
import { verifyBlobs } from './verify-blobs.ts';
import { writeBlob } from './write-blob.ts';

export interface ContentStoreOptions {
  /** Made when it is missing. */
  root: string;
  clock: Pick<Clock, 'now'>;
  /** Bytes of the disk that are never used; default 64 MiB. */
  keepFree?: number;
  /** Partials untouched for longer (ms) are removed at opening; default 30 days. */
  keepPartials?: number;
  /** Bytes hashed and to hash at opening, of blobs that the journal does not list. */
  onCheck?: (done: number, total: number) => void;
}

const day = 24 * 3600 * 1000;

/**
 * Opens a store for writing; see ContentStore. One process at a time (store.busy); readers use openStoreReader.
 * Faults at opening: store.busy, store.notLayout, store.readOnly, store.unplugged, store.damaged (index.json).
 */
export async function createContentStore(options: ContentStoreOptions): Promise<ContentStore> {
  const layout = layoutAt(options.root);
  const { root } = layout;
  makeLayout(layout);
  const unlock = lockStore(layout.lock, root);
  try {
    await checkLayout(layout);
    const { committed } = await scan(layout, true, options.onCheck);
    sweepPartials(layout, committed, options.clock.now() - (options.keepPartials ?? 30 * day));
    const journal = await openJournal(layout.journal, committed);
    const index = await openIndex(layout);
    return openedStore({ options, layout, committed, journal, index, unlock });
  } catch (error) {
    unlock();
    throw diskFault(error, root);
  }
}

interface Opened {
  options: ContentStoreOptions;
  layout: ReturnType<typeof layoutAt>;
  committed: Map<Digest, number>;
  journal: Journal;
  index: Awaited<ReturnType<typeof openIndex>>;
  unlock: () => void;
}

function openedStore({ options, layout, committed, journal, index, unlock }: Opened): ContentStore {
  const { root } = layout;
  const space = createFreeSpace(root, options.keepFree ?? keptFree);
  const flights = createSingleFlight<Digest>();
  const syncs = new Map(
    algorithms.map((name) => [name as string, groupCommit(() => syncFolder(layout.algorithm(name)))]),
  );
  let holds = 0;
  const reader = createStoreReader(layout, { size: (digest) => committed.get(digest), all: () => committed }, () =>
    index.map(),
  );

  const commit = async (digest: Digest, size: number): Promise<void> => {
    try {
      await rename(layout.partial(digest), layout.blob(digest));
      await syncs.get(digest.slice(0, digest.indexOf(':')))?.();
    } catch (error) {
      throw diskFault(error, root);
    }
    committed.set(digest, size);
    // Not waited for: a line that is lost costs one hashing at the next opening.
    journal.add(digest, size).catch(() => {});
  };
  const forget = async (digests: readonly Digest[]): Promise<void> => {
    for (const digest of digests) committed.delete(digest);
    await journal.drop(digests).catch(() => {});
  };

  const store: ContentStore = {
    ...reader,
    hold() {
      let held = true;
      holds += 1;
      return () => {
        if (held) holds -= 1;
        held = false;
      };
    },
    async write(blob, open, { signal, onBytes } = {}) {
      const { digest, size } = blob;
      for (;;) {
        signal?.throwIfAborted();
        const here = committed.get(digest);
        if (here !== undefined && here !== size)
          throw digestMismatch(digest, `${here} bytes, not ${size}`, 'The manifest');
        if (here !== undefined) return 'here';
        const path = layout.partial(digest);
        const work = async (): Promise<'written'> => {
          await writeBlob({ blob, open, signal, onBytes, path, root, space });
          await commit(digest, size);
          return 'written';
        };
        const done = await flights.run(digest, work, signal);
        if (done) return done;
      }
    },
    async put(bytes, wanted) {
      if (wanted && !matches(bytes, wanted)) throw digestMismatch(wanted, digestOf(bytes), 'The source');
      const digest = wanted ?? digestOf(bytes);
      await store.write({ digest, size: bytes.length }, async (offset) => ({
        body: Readable.from([bytes.subarray(offset)]),
        offset,
      }));
      return digest;
    },
    async setRoot(given) {
      if (!committed.has(given.descriptor.digest)) throw incomplete(given, root);
      await index.change((roots) => roots.set(given.name, given));
    },
    async removeRoots(names) {
      await index.change((roots) => {
        for (const name of names) roots.delete(name);
      });
    },
    verify: (onBlob, signal) =>
      verifyBlobs({ layout, digests: store.digests(), size: store.size, forget, onBlob, signal }),
    async prune(dryRun, without = []) {
      if (!dryRun && without.length > 0) await store.removeRoots(without);
      const idle = (): boolean => holds === 0 && flights.size === 0;
      return pruneBlobs({ layout, store, index, idle, forget, dryRun, without });
    },
    async close() {
      await index.settled().catch(() => {});
      await journal.close();
      unlock();
    },
  };
  return store;
}

const incomplete = ({ name, descriptor }: StoreRoot, root: string) =>
  fault(
    'store.incomplete',
    `${name} can not be listed: its manifest ${descriptor.digest} is not in the store ${root}.`,
    'Pull the image again.',
    { about: [name] },
  );
