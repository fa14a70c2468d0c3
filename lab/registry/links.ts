import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDigest } from './digest.ts';
import { writeDurably } from './durable.ts';
import type { Digest } from './types.ts';

/** Which blobs belong to which repository: a journal in the folder, replayed at the start. */
export interface Links {
  has(repository: string, digest: Digest): boolean;
  add(repository: string, digest: Digest): Promise<void>;
  /** False when it was not there. */
  remove(repository: string, digest: Digest): Promise<boolean>;
  /** Whether any repository has it. */
  anywhere(digest: Digest): boolean;
  repositories(): string[];
  close(): Promise<void>;
}

/** Opens `links.log` below `root`; a line torn by a crash is dropped, the rest is written anew when much of it is history. */
export async function openLinks(root: string): Promise<Links> {
  const file = join(root, 'links.log');
  const byRepository = new Map<string, Set<Digest>>();
  const holders = new Map<Digest, number>();
  const set = (repository: string, digest: Digest, there: boolean): boolean => {
    const links = byRepository.get(repository) ?? new Set<Digest>();
    if (links.has(digest) === there) return false;
    if (there) byRepository.set(repository, links.add(digest));
    else links.delete(digest);
    if (links.size === 0) byRepository.delete(repository);
    const count = (holders.get(digest) ?? 0) + (there ? 1 : -1);
    if (count > 0) holders.set(digest, count);
    else holders.delete(digest);
    return true;
  };
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  for (const line of lines) {
    const [sign, repository = '', name = ''] = line.split(' ');
    const digest = parseDigest(name);
    if (digest) set(repository, digest, sign === '+');
  }
  const alive = [...byRepository].flatMap(([name, links]) => [...links].map((digest) => `+ ${name} ${digest}\n`));
  if (lines.length > 2 * alive.length || !text.endsWith('\n')) await writeDurably(file, alive.join(''));
  const handle: FileHandle = await open(file, 'a');

  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  /** Lines that come while one write is under way go together in the next. */
  function log(line: string): Promise<void> {
    waiting.push(line);
    writing ??= Promise.resolve().then(async () => {
      const batch = waiting.join('');
      waiting = [];
      writing = undefined;
      await handle.write(batch);
      await handle.datasync();
    });
    return writing;
  }
  return {
    has: (repository, digest) => byRepository.get(repository)?.has(digest) ?? false,
    async add(repository, digest) {
      if (set(repository, digest, true)) await log(`+ ${repository} ${digest}\n`);
    },
    async remove(repository, digest) {
      if (!set(repository, digest, false)) return false;
      await log(`- ${repository} ${digest}\n`);
      return true;
    },
    anywhere: (digest) => holders.has(digest),
    repositories: () => [...byRepository.keys()],
    close: () => handle.close(),
  };
}
