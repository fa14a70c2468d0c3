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
  let next: Promise<void> | undefined;
  let running: Promise<void> = Promise.resolve();
  let torn = false;
  const write = async (): Promise<void> => {
    // Half a line of a full disk must not swallow the first new one.
    const batch = (torn ? '\n' : '') + waiting.join('');
    waiting = [];
    next = undefined;
    try {
      await handle.appendFile(batch);
      torn = false;
    } catch (error) {
      torn = true;
      throw error;
    }
    await handle.datasync();
  };
  /** Lines that come while one write is under way go together in the next. */
  function log(line: string): Promise<void> {
    waiting.push(line);
    if (!next) {
      next = running.catch(() => {}).then(write);
      running = next;
    }
    return next;
  }
  /** Changes a link, and takes the change back where the disk refuses it: what is answered for is on the disk. */
  async function change(repository: string, digest: Digest, there: boolean): Promise<boolean> {
    if (!set(repository, digest, there)) {
      // Another may be at it, whose line is not on the disk yet.
      await running;
      return false;
    }
    try {
      await log(`${there ? '+' : '-'} ${repository} ${digest}\n`);
    } catch (error) {
      set(repository, digest, !there);
      throw error;
    }
    return true;
  }
  return {
    has: (repository, digest) => byRepository.get(repository)?.has(digest) ?? false,
    add: async (repository, digest) => void (await change(repository, digest, true)),
    remove: (repository, digest) => change(repository, digest, false),
    anywhere: (digest) => holders.has(digest),
    repositories: () => [...byRepository.keys()],
    close: () => handle.close(),
  };
}
