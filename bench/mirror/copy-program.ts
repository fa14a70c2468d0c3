import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createContentStore } from '../../main/images/content/content-store.ts';
import { createBlobPool } from '../../main/images/copy/blob-pool.ts';
import { copyImage } from '../../main/images/copy/copy-image.ts';
import { fetchImage } from '../../main/images/copy/fetch-image.ts';
import { inParallel } from '../../main/images/copy/in-parallel.ts';
import { createTarget } from '../../main/images/copy/target.ts';
import { createRegistry } from '../../main/images/registry/registry.ts';
import { systemClock } from '../../shared/clock.ts';

/** One piece of work, as a line of JSON; `to` is a registry's host, or a folder for a store. */
export interface CopyOrder {
  what: 'registry' | 'store';
  from: string;
  to: string;
  repositories: readonly string[];
}

/** So many images at once; their blobs share one pool. */
const images = 16;

async function copy({ what, from, to, repositories }: CopyOrder): Promise<void> {
  const effects = { clock: systemClock(), random: Math.random };
  const source = createRegistry({ host: from, plainHttp: true }, effects);
  const pool = createBlobPool();
  if (what === 'store') {
    const store = await createContentStore({ root: to, clock: effects.clock });
    await inParallel(repositories, images, async (repository) => {
      await fetchImage({
        registry: source,
        repository,
        tagOrDigest: '1',
        name: `${from}/${repository}:1`,
        store,
        pool,
      });
    });
    await store.close();
  } else {
    const target = createTarget(createRegistry({ host: to, plainHttp: true }, effects));
    await inParallel(repositories, images, async (repository) => {
      const image = { registry: source, repository, tagOrDigest: '1' };
      await copyImage({ from: image, name: repository, target, repository: `ours/${repository}`, tag: '1', pool });
    });
    await target.registry.close();
  }
  await source.close();
}

// As the engine does it: the program is there already when work comes; it answers with the seconds and its highest memory.
process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const begun = performance.now();
  await copy(JSON.parse(line) as CopyOrder);
  const seconds = (performance.now() - begun) / 1000;
  // The high-water mark since this program began: getrusage also counts the process that started it.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  process.stdout.write(`${JSON.stringify({ seconds, peakMiB: peak / 1024 })}\n`);
}
