import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { against, type BenchResult, within } from '../result.ts';
import type { Workbench } from '../workbench.ts';
import { inPairs, skopeo, weCopy, withFreshRegistry } from './pairs.ts';
import { fill } from './source.ts';

const pairs = 7;
const layers = 6;
const MiB = 1_048_576;

/** One image of 6 × 100 MiB, registry → registry and registry → store (ours hashed, with fsync), against skopeo. */
export async function benchBig(workbench: Workbench): Promise<BenchResult[]> {
  const { dir, say } = workbench;
  return withFreshRegistry(async (source) => {
    const [repository = ''] = await fill(source.host, 1, layers, 100 * MiB);
    const from = `docker://${source.host}/${repository}:1`;
    const plain = ['copy', '-q', '--src-tls-verify=false', '--dest-tls-verify=false'];
    const toRegistry = await inPairs(
      pairs,
      () =>
        withFreshRegistry(({ host }) =>
          weCopy(workbench, { what: 'registry', from: source.host, to: host, repositories: [repository] }),
        ),
      () => withFreshRegistry(({ host }) => skopeo([...plain, from, `docker://${host}/skopeo/${repository}:1`])),
      say,
    );
    const folder = join(dir, 'layout');
    const cleared = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    };
    const toStore = await inPairs(
      pairs,
      () =>
        cleared(() => weCopy(workbench, { what: 'store', from: source.host, to: folder, repositories: [repository] })),
      () => cleared(() => skopeo([...plain, from, `oci:${folder}:1`])),
      say,
    );
    return [
      against('mirror 6 × 100 MiB, registry → registry, against skopeo', 's', toRegistry.ours, toRegistry.peer, 0.9),
      against('mirror 6 × 100 MiB, registry → store, against skopeo', 's', toStore.ours, toStore.peer, 0.9),
      within('mirror, highest memory on big blobs', 'MiB', Math.max(toRegistry.peakMiB, toStore.peakMiB), 256),
    ];
  });
}
