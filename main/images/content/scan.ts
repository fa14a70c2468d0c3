import { readdirSync, rmSync, statSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../digest.ts';
import type { Digest } from '../types.ts';
import { diskWent } from './disk-fault.ts';
import { hashesTo } from './hash-blob.ts';
import { readJournal } from './journal.ts';
import { algorithms, digestNamed, type Layout } from './layout.ts';

/** What the folder holds at opening. */
export interface Scan {
  /** Sizes of blobs that the journal lists with that size, and of those hashed just now. */
  committed: Map<Digest, number>;
  /** Not what their names say. */
  damaged: Digest[];
}

/**
 * Trusts what the journal lists; hashes the rest (a crash between name and journal, or a layout another tool wrote).
 * `onCheck` is told of bytes hashed and to hash. With `setAside` false (readers) nothing is moved.
 */
export async function scan(
  layout: Layout,
  setAside: boolean,
  onCheck?: (done: number, total: number) => void,
): Promise<Scan> {
  const { sizes } = readJournal(layout.journal);
  const committed = new Map<Digest, number>();
  const unproven: { digest: Digest; size: number }[] = [];
  for (const algorithm of algorithms) {
    for (const name of names(layout.algorithm(algorithm))) {
      const digest = digestNamed(algorithm, name);
      if (!digest) continue;
      const { size } = await stat(layout.blob(digest));
      if (sizes.get(digest) === size) committed.set(digest, size);
      else unproven.push({ digest, size });
    }
  }
  const damaged: Digest[] = [];
  const total = unproven.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const { digest, size } of unproven) {
    const good = await hashesTo(layout.blob(digest), digest).catch(async (error: unknown) => {
      if (await diskWent(error, layout.root)) throw error;
      return undefined;
    });
    if (good) committed.set(digest, size);
    else damaged.push(digest);
    if (good === false && setAside) await moveAside(layout, digest);
    // One that can't even be read is moved where that can be done.
    if (good === undefined && setAside) await moveAside(layout, digest).catch(() => {});
    done += size;
    onCheck?.(done, total);
  }
  return { committed, damaged };
}

/** Takes a damaged blob out of the way; its bytes stay for whoever wants to see what happened. */
export async function moveAside(layout: Layout, digest: Digest): Promise<void> {
  await rename(layout.blob(digest), join(layout.damaged, digest.replace(':', '-')));
}

/** Removes partials that are older than `before` (ms), whose blob is here, or that are none. */
export function sweepPartials(layout: Layout, committed: ReadonlyMap<Digest, number>, before: number): void {
  for (const name of names(layout.partials)) {
    const path = join(layout.partials, name);
    const digest = name.replace('-', ':');
    if (isDigest(digest) && !committed.has(digest) && statSync(path).mtimeMs >= before) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

/** Bytes of partials. */
export function partialBytes(layout: Layout): number {
  return names(layout.partials).reduce(
    (sum, name) => sum + (statSync(join(layout.partials, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
