import { createInterface } from 'node:readline';
import { systemClock } from '../../../../shared/clock.ts';
import { createContentStore } from '../../content/content-store.ts';
import { createRegistry } from '../../registry/registry.ts';
import { createBlobPool } from '../blob-pool.ts';
import { fetchImage } from '../fetch-image.ts';
import { sendImage } from '../send-image.ts';
import { createTarget } from '../target.ts';

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

async function work({ what, root, host, repositories, prefix }: CopyOrder): Promise<void> {
  const clock = systemClock();
  const store = await createContentStore({ root, clock });
  const registry = createRegistry({ host, plainHttp: true }, { clock, random: Math.random });
  const pool = createBlobPool();
  const target = createTarget(registry);
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
          chunkBytes: 2_000_000,
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
