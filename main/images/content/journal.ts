import { readFileSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, writeFile } from 'node:fs/promises';
import type { Digest } from '../types.ts';
import { groupCommit } from './group-commit.ts';
import { digestNamed } from './layout.ts';

/**
 * What is committed: a line `+<digest> <bytes>` follows the fsync of a blob and of its name, `-<digest>` its removal. A line that
 * a crash took only costs a second hashing of that blob, so lines are not synced one by one.
 */
export interface Journal {
  add(digest: Digest, size: number): Promise<void>;
  drop(digests: readonly Digest[]): Promise<void>;
  close(): Promise<void>;
}

const line = /^([+-])(sha256|sha512):([0-9a-f]+)(?: (\d{1,16}))?$/;

/** Sizes by digest as the journal's whole lines tell; a torn last line is passed over. `lines` counts them. */
export function readJournal(path: string): { sizes: Map<Digest, number>; lines: number } {
  const sizes = new Map<Digest, number>();
  let text = '';
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  for (const each of lines) {
    const [, sign, algorithm = '', hex = '', size] = line.exec(each) ?? [];
    const digest = digestNamed(algorithm, hex);
    if (!digest) continue;
    if (sign === '-') sizes.delete(digest);
    else if (size !== undefined) sizes.set(digest, Number(size));
  }
  return { sizes, lines: lines.length - 1 };
}

/** Changes when the journal does: for readers beside a writer. */
export function journalStamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
}

export async function openJournal(path: string, committed: ReadonlyMap<Digest, number>): Promise<Journal> {
  const { sizes, lines } = readJournal(path);
  const same = sizes.size === committed.size && [...committed].every(([digest, size]) => sizes.get(digest) === size);
  // Written anew when it is not what lies there, or when most of it is about blobs that went.
  if (!same || lines > 2 * committed.size + 1000) {
    const text = [...committed].map(([digest, size]) => `+${digest} ${size}\n`).join('');
    await writeFile(`${path}.new`, text, { flush: true });
    await rename(`${path}.new`, path);
  }
  const handle = await open(path, 'a');
  await endLine(handle, path);
  let waiting: string[] = [];
  const flush = groupCommit(async () => {
    const text = waiting.join('');
    waiting = [];
    if (text) await handle.appendFile(text);
  });
  const write = (text: string): Promise<void> => {
    waiting.push(text);
    return flush();
  };
  return {
    add: (digest, size) => write(`+${digest} ${size}\n`),
    drop: (digests) => write(digests.map((digest) => `-${digest}\n`).join('')),
    async close() {
      await flush();
      await handle.datasync().catch(() => {});
      await handle.close();
    },
  };
}

/** A torn last line must not swallow the first new one. */
async function endLine(handle: FileHandle, path: string): Promise<void> {
  const text = readFileSync(path, 'latin1');
  if (text !== '' && !text.endsWith('\n')) await handle.appendFile('\n');
}
