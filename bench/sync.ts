import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { feedKinds } from '../main/hubs/feed-kinds.ts';
import { resources } from '../main/kube/resources.ts';
import { against, type BenchResult, within } from './result.ts';
import type { Workbench } from './workbench.ts';

const run = promisify(execFile);
const rounds = 3;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * First full sync of the 1,755-spoke lab into an empty store, against one `kubectl get -o json` of the same lists from the same
 * server, in turn, median of three.
 */
export async function benchSync({ dir, program, say }: Workbench): Promise<BenchResult[]> {
  const lab = program('../lab/main.ts', [
    '--scenario',
    'scale-1755',
    '--seed',
    '1',
    '--speed',
    '1',
    '--dir',
    `${dir}/lab`,
  ]);
  const { kubeconfig } = (await lab.next()) as { kubeconfig: string };
  const { stdout } = await run('kubectl', ['--kubeconfig', kubeconfig, 'api-resources', '--no-headers', '-o', 'name']);
  const served = new Set(stdout.trim().split('\n'));
  const lists = feedKinds()
    .filter(({ namespace }) => namespace === undefined)
    .map(({ kind }) => resources[kind])
    .map(({ plural, group }) => (group ? `${plural}.${group}` : plural))
    .filter((name) => served.has(name));
  const ours: number[] = [];
  const peer: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const got = await run('kubectl', ['--kubeconfig', kubeconfig, 'get', lists.join(','), '-A', '-o', 'json'], {
      maxBuffer: 1 << 30,
    });
    peer.push((performance.now() - begun) / 1000);
    const items = (JSON.parse(got.stdout) as { items: unknown[] }).items.length;
    const engine = program('engine-program.ts', [`${dir}/home-${round}`, kubeconfig]);
    const { syncMs, rssMb, rows } = (await engine.next()) as {
      syncMs: number;
      rssMb: number;
      rows: Record<string, number>;
    };
    ours.push(syncMs / 1000);
    memory.push(rssMb);
    await engine.end();
    say(
      `round ${round + 1}: kubectl ${peer.at(-1)?.toFixed(2)} s for ${items} objects, engine ${(syncMs / 1000).toFixed(2)} s for ${rows['object'] ?? '?'} objects and ${rows['spoke'] ?? '?'} spokes`,
    );
  }
  return [
    against('first full sync of 1,755 spokes, kubectl get -o json as peer', 's', median(ours), median(peer), 1),
    within('engine memory during the first sync', 'MB', Math.max(...memory), 300),
  ];
}
