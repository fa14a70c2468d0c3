import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fault } from '../../../shared/fault.ts';
import { isDigest, matches } from '../digest.ts';
import { mediaTypeOf } from '../manifest.ts';
import type { ContentStore, Digest, StoreRoot } from '../types.ts';
import { readBlob } from './blob-reader.ts';
import { type Committed, followedCommitted } from './committed.ts';
import { damagedFault, diskFault } from './disk-fault.ts';
import { createFreeSpace } from './free-space.ts';
import { checkLayout, type Layout, layoutAt } from './layout.ts';
import { partialBytes, scan } from './scan.ts';
import { readIndex } from './store-index.ts';

/** What a store answers without writing to it. */
export type StoreReader = Pick<
  ContentStore,
  'root' | 'size' | 'has' | 'partial' | 'read' | 'bytes' | 'manifest' | 'blob' | 'roots' | 'space' | 'usage' | 'digests'
>;

const defaultLimit = 8 * 1024 * 1024;

/**
 * Reads a store, or any OCI image layout, while another process may write to it. What the journal does not list is hashed first,
 * which takes its time for a layout that another tool wrote. Faults: store.notLayout, store.unplugged.
 */
export async function openStoreReader(root: string): Promise<StoreReader> {
  const layout = layoutAt(root);
  await checkLayout(layout);
  const { committed } = await scan(layout, false);
  const roots = (): Map<string, StoreRoot> => readIndex(layout).roots;
  return createStoreReader(layout, followedCommitted(layout, committed), roots);
}

/** The reading half of a store over what is known of its blobs and images. */
export function createStoreReader(
  layout: Layout,
  committed: Committed,
  roots: () => ReadonlyMap<string, StoreRoot>,
): StoreReader {
  const { root } = layout;
  const freeSpace = createFreeSpace(root, 0);
  const bytes = async (digest: Digest, limit = defaultLimit): Promise<Buffer> => {
    const size = committed.size(digest);
    if (size === undefined) throw notFound(digest, root);
    if (size > limit) throw new RangeError(`Blob ${digest} has ${size} bytes, more than the ${limit} asked for whole.`);
    const read = await readFile(layout.blob(digest)).catch((error: unknown) => {
      const told = diskFault(error, root);
      throw told === error ? damagedFault(digest, 'can not be read', error) : told;
    });
    if (!matches(read, digest)) throw damagedFault(digest, 'does not hold the bytes it is named after');
    return read;
  };
  const reader: StoreReader = {
    root,
    size: (digest) => committed.size(digest),
    has: (digest) => committed.size(digest) !== undefined,
    partial: (digest) => statSync(layout.partial(digest), { throwIfNoEntry: false })?.size ?? 0,
    read(digest, range) {
      const size = committed.size(digest);
      if (size === undefined) throw notFound(digest, root);
      return readBlob(layout.blob(digest), digest, root, range?.start ?? 0, Math.min(range?.end ?? size, size) - 1);
    },
    bytes,
    async manifest(nameOrDigest) {
      const known = isDigest(nameOrDigest) ? undefined : roots().get(nameOrDigest)?.descriptor;
      const digest = isDigest(nameOrDigest) ? nameOrDigest : known?.digest;
      if (!digest) throw notFound(nameOrDigest, root);
      const found = await bytes(digest);
      return { mediaType: mediaTypeOf(found, known?.mediaType ?? '', nameOrDigest), digest, bytes: found };
    },
    blob: async ({ digest }, { offset }) => ({ body: reader.read(digest, { start: offset }), offset }),
    roots: () => [...roots().values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    space: () => freeSpace.now(),
    usage() {
      const sizes = [...committed.all().values()];
      const partials = partialBytes(layout);
      return { blobs: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0), partialBytes: partials };
    },
    digests: () => [...committed.all().keys()].sort(),
  };
  return reader;
}

const notFound = (what: string, root: string) =>
  fault('store.notFound', `${what} is not in the store ${root}.`, 'Pull it first, or import a bundle that holds it.', {
    about: [what],
  });
