import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { against, type BenchResult, within } from '../result.ts';
import type { Workbench } from '../workbench.ts';
import type { CopyOrder } from './copy-program.ts';
import { inPairs, type Pairs, skopeo, weCopy, withFreshRegistry } from './pairs.ts';
import { fill } from './source.ts';

const pairs = 5;
const images = 300;

/** 300 images of two layers of 8 KiB, registry → registry, and once more with nothing to do; skopeo does them in one process (`sync`). */
export async function benchSmall(workbench: Workbench): Promise<BenchResult[]> {
  const { dir, say } = workbench;
  return withFreshRegistry(async (source) => {
    const repositories = await fill(source.host, images, 2, 8 * 1024);
    const list = join(dir, 'images.yaml');
    const lines = repositories.map((name) => `    ${name}: ["1"]\n`).join('');
    writeFileSync(list, `${source.host}:\n  tls-verify: false\n  images:\n${lines}`);
    const sync = (host: string): Promise<number> =>
      skopeo(['sync', '--src', 'yaml', '--dest', 'docker', '--dest-tls-verify=false', list, `${host}/skopeo`]);
    const order = (to: string): CopyOrder => ({ what: 'registry', from: source.host, to, repositories });
    const measure = (times: 1 | 2): Promise<Pairs> =>
      inPairs(
        pairs,
        () => withFreshRegistry(({ host }) => weCopy(workbench, ...Array.from({ length: times }, () => order(host)))),
        () =>
          withFreshRegistry(async ({ host }) => {
            const first = await sync(host);
            return times === 1 ? first : sync(host);
          }),
        say,
      );
    const first = await measure(1);
    const again = await measure(2);
    return [
      against(
        `mirror ${images} small images, registry → registry, against skopeo sync`,
        's',
        first.ours,
        first.peer,
        0.5,
      ),
      against(
        `mirror ${images} small images with nothing to do, against skopeo sync`,
        's',
        again.ours,
        again.peer,
        0.5,
      ),
      within('mirror, highest memory on small images', 'MiB', Math.max(first.peakMiB, again.peakMiB), 256),
    ];
  });
}
