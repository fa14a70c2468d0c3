import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import type { ContentStore } from '../../images/types.ts';

/** The laptop's store, opened when it is first needed: most days of the application do without it. */
export interface Content {
  open(): Promise<ContentStore>;
  /** Whether there is one on disk, without making it. */
  exists(): boolean;
  readonly path: string;
  /** The disk went: what is open is of no use, the next `open` looks anew. */
  forget(): void;
  close(): Promise<void>;
}

export function createContent({ path, clock }: { path: string; clock: Pick<Clock, 'now'> }): Content {
  let opening: Promise<ContentStore> | undefined;
  let closing: Promise<void> = Promise.resolve();
  const forget = () => {
    const old = opening;
    opening = undefined;
    // A disk that is gone may refuse even this.
    closing = closing.then(async () => (await old)?.close()).catch(() => undefined);
  };
  return {
    path,
    open() {
      opening ??= closing
        .then(() => createContentStore({ root: path, clock }))
        .catch((error: unknown) => {
          // Another process may end, or a disk be put back: the next call tries again.
          opening = undefined;
          throw error;
        });
      return opening;
    },
    exists: () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    forget,
    async close() {
      forget();
      await closing;
    },
  };
}

/** What a plan reads of the store. A plan writes nothing: where there is no store yet, it sees an empty one on that disk. */
export async function planStore({
  exists,
  open,
  path,
}: Content): Promise<Pick<ContentStore, 'has' | 'partial' | 'manifest' | 'space'>> {
  if (exists()) return open();
  let disk = dirname(path);
  while (!existsSync(disk) && dirname(disk) !== disk) disk = dirname(disk);
  return {
    has: () => false,
    partial: () => 0,
    manifest: async (name) => {
      throw fault('store.notFound', `${name} is not in the store.`, 'Pull it first.');
    },
    space() {
      const { bsize, bavail, blocks } = statfsSync(disk);
      return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
    },
  };
}
