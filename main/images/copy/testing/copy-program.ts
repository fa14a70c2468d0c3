import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../../shared/clock.ts';
import { createContentStore } from '../../content/content-store.ts';
import { createRegistry } from '../../registry/registry.ts';
import { createBlobPool } from '../blob-pool.ts';
import { fetchImage } from '../fetch-image.ts';
import { sendImage } from '../send-image.ts';
import { createTarget, type UploadBook } from '../target.ts';

/** What the program is told, one JSON line on its standard input. */
export interface CopyOrder {
  what: 'pull' | 'push';
  root: string;
  host: string;
  repositories: readonly string[];
  /** Where a push goes, before the repository's name. */
  prefix: string;
}

/** The name an image has in the store. */
export const nameOf = (repository: string): string => `example.org/${repository}:1`;

/** Uploads in a file, so that the next process goes on with them. */
function bookAt(path: string): UploadBook {
  type Book = Record<string, { location: string; offset: number } | undefined>;
  const read = (): Book => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Book;
    } catch {
      return {};
    }
  };
  const write = (repository: string, digest: string, standing: Book[string]): void => {
    writeFileSync(`${path}.new`, JSON.stringify({ ...read(), [`${repository} ${digest}`]: standing }));
    renameSync(`${path}.new`, path);
  };
  return {
    find: (repository, digest) => read()[`${repository} ${digest}`],
    keep: write,
    drop: (repository, digest) => write(repository, digest, undefined),
  };
}

async function work({ what, root, host, repositories, prefix }: CopyOrder): Promise<void> {
  const clock = systemClock();
  const store = await createContentStore({ root, clock });
  const registry = createRegistry({ host, plainHttp: true }, { clock, random: Math.random });
  const pool = createBlobPool();
  const target = createTarget(registry, { uploads: bookAt(`${root}.uploads.json`) });
  await Promise.all(
    repositories.map(async (repository) => {
      const name = nameOf(repository);
      if (what === 'pull') await fetchImage({ registry, repository, tagOrDigest: '1', name, store, pool });
      else
        await sendImage({
          store,
          name,
          target,
          repository: `${prefix}/${repository}`,
          tag: '1',
          pool,
          chunkBytes: 1_000_000,
        });
    }),
  );
  await Promise.all([store.close(), registry.close()]);
}

// Only as a program: everything is loaded before "ready", so that kills hit the work.
if (process.argv[1] === import.meta.filename) {
  const lines = createInterface({ input: process.stdin });
  process.stdout.write('ready\n');
  for await (const line of lines) {
    await work(JSON.parse(line) as CopyOrder);
    break;
  }
  lines.close();
  process.stdin.destroy();
}
