import { statSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { createContentStore } from '../images/content/content-store.ts';
import { walkImage } from '../images/copy/walk.ts';
import type { ContentStore, Digest } from '../images/types.ts';

/** The laptop's store, opened when it is first needed: most days of the application do without it. */
export interface Content {
  open(): Promise<ContentStore>;
  /** Whether there is one on disk, without making it. */
  exists(): boolean;
  readonly path: string;
  close(): Promise<void>;
}

export function createContent({ path, clock }: { path: string; clock: Pick<Clock, 'now'> }): Content {
  let opening: Promise<ContentStore> | undefined;
  return {
    path,
    open() {
      opening ??= createContentStore({ root: path, clock }).catch((error: unknown) => {
        // Another process may end, or a disk be put back: the next call tries again.
        opening = undefined;
        throw error;
      });
      return opening;
    },
    exists: () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    async close() {
      await (await opening?.catch(() => undefined))?.close();
      opening = undefined;
    },
  };
}

/** Every digest an image of the store needs, with its size: manifests, blobs, and what is attached to it. */
export async function digestsOf(
  store: ContentStore,
  name: string,
  attached: readonly Digest[],
): Promise<Map<Digest, number>> {
  const sizes = new Map<Digest, number>();
  const root = store.roots().find((each) => each.name === name);
  if (!root) return sizes;
  for (const digest of [root.descriptor.digest, ...attached]) {
    const tree = await walkImage(store, digest, name, { here: store.has });
    for (const { manifest } of tree.nodes) sizes.set(manifest.digest, manifest.bytes.length);
    for (const blob of tree.blobs) sizes.set(blob.digest, blob.size);
  }
  return sizes;
}
