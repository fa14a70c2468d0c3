import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmOf } from './digest.ts';
import { digestInvalid } from './errors.ts';
import type { Digest, Session } from './types.ts';

const week = 7 * 86_400_000;
const megabyte = 1_048_576;

/** Blobs on their way in: one file each below `uploads/`, so that an upload goes on after a restart. */
export interface Uploads {
  begin(repository: string): Promise<Session>;
  find(repository: string, id: string): Promise<Session | undefined>;
  append(session: Session, body: AsyncIterable<Buffer>): Promise<Session>;
  /** The finished file, synced and checked; the caller renames it and then calls `forget`. Throws DIGEST_INVALID. */
  check(session: Session, digest: Digest): Promise<string>;
  forget(session: Session): Promise<void>;
}

/** Opens the folder; uploads that nobody touched for a week are swept. `now` in ms since 1970. */
export async function openUploads(root: string, now: () => number = Date.now): Promise<Uploads> {
  const folder = join(root, 'uploads');
  await mkdir(folder, { recursive: true });
  const ids = new Set((await readdir(folder)).map((name) => name.replace(/\.repository$/, '')));
  for (const id of ids) {
    // The bytes tell when it was touched: the other file is as old as the upload.
    const touched = (await stat(join(folder, id)).catch(() => undefined))?.mtimeMs ?? 0;
    if (now() - touched <= week) continue;
    for (const name of [id, `${id}.repository`]) await rm(join(folder, name), { force: true });
  }
  /** sha256 of what is here so far; after a restart it is made again by reading the file. */
  const hashes = new Map<string, { hash: Hash; offset: number }>();
  const fileOf = (id: string) => join(folder, id);
  const ownerOf = (id: string) => join(folder, `${id}.repository`);

  async function hashed(id: string, algorithm: 'sha256' | 'sha512'): Promise<Hash> {
    const hash = createHash(algorithm);
    for await (const part of createReadStream(fileOf(id), { highWaterMark: megabyte })) hash.update(part as Buffer);
    return hash;
  }
  async function forget({ id }: Session): Promise<void> {
    hashes.delete(id);
    await rm(fileOf(id), { force: true });
    await rm(ownerOf(id), { force: true });
  }
  return {
    async begin(repository) {
      const id = randomUUID();
      await writeFile(ownerOf(id), repository, { flag: 'wx' });
      await writeFile(fileOf(id), '', { flag: 'wx' });
      hashes.set(id, { hash: createHash('sha256'), offset: 0 });
      return { id, repository, offset: 0 };
    },
    async find(repository, id) {
      if (!/^[0-9a-f-]{36}$/.test(id)) return undefined;
      const owner = await readFile(ownerOf(id), 'utf8').catch(() => undefined);
      const size = await stat(fileOf(id)).catch(() => undefined);
      return owner === repository && size ? { id, repository, offset: size.size } : undefined;
    },
    async append(session, body) {
      const { id } = session;
      let { offset } = session;
      const known = hashes.get(id);
      const running = known?.offset === offset ? known.hash : undefined;
      const handle = await open(fileOf(id), 'r+');
      let parts: Buffer[] = [];
      let held = 0;
      const write = async () => {
        if (held === 0) return;
        for (const part of parts) running?.update(part);
        const { bytesWritten } = await handle.writev(parts, offset);
        if (bytesWritten !== held) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
        offset += held;
        parts = [];
        held = 0;
      };
      try {
        try {
          for await (const part of body) {
            parts.push(part);
            held += part.length;
            if (held >= megabyte) await write();
          }
        } finally {
          await write();
        }
      } catch (error) {
        // On a full disk what is half here would only keep it full.
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') await forget(session);
        throw error;
      } finally {
        if (running) hashes.set(id, { hash: running, offset });
        else hashes.delete(id);
        await handle.close();
      }
      return { ...session, offset };
    },
    async check(session, digest) {
      const { id } = session;
      const algorithm = algorithmOf(digest);
      const known = hashes.get(id);
      const ready = algorithm === 'sha256' && known?.offset === session.offset;
      const found = (ready ? known.hash : await hashed(id, algorithm)).digest('hex');
      hashes.delete(id);
      if (`${algorithm}:${found}` !== digest) {
        await forget(session);
        throw digestInvalid(`provided digest did not match uploaded content: it is ${algorithm}:${found}`);
      }
      const handle = await open(fileOf(id), 'r+');
      await handle.sync();
      await handle.close();
      return fileOf(id);
    },
    forget,
  };
}
