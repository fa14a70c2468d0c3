import { against, type BenchResult, within } from '../result.ts';
import type { Workbench } from '../workbench.ts';

/** One changed layer in a store of 10 GiB: what a delta for a site that has the rest puts on the disk, and the memory of both sides. */
export async function benchDelta({ dir, say, program }: Workbench): Promise<BenchResult[]> {
  const measured = await program('mirror/delta-program.ts', [dir]).next();
  const of = (name: string): number => Number(measured[name]);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  say(
    `delta exported and read back (${measured['from']}) in ${seconds(of('exportMs'))}, imported in ${seconds(of('importMs'))}`,
  );
  const mib = 1024 * 1024;
  return [
    against(
      'delta of one changed layer in 10 GiB, the layer as peer',
      'MiB',
      of('diskBytes') / mib,
      of('layerBytes') / mib,
      1.02,
    ),
    within('memory of delta export and import', 'MiB', of('rssMb'), 256),
  ];
}
