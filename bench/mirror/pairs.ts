import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type DockerRegistry, startDockerRegistry } from '../../main/images/testing/docker-registry.ts';
import { percentile } from '../../shared/rules/percentile.ts';
import type { Workbench } from '../workbench.ts';
import type { CopyOrder } from './copy-program.ts';

const run = promisify(execFile);

/** Seconds of one piece of work by us and by the peer. */
export interface Pair {
  ours: number;
  peer: number;
}

export interface Pairs {
  ours: number;
  peer: number;
  /** The highest memory of our process in any run, MiB. */
  peakMiB: number;
}

/** Measures `count` pairs, the one first that was second before, and gives the medians. */
export async function inPairs(
  count: number,
  ours: (round: number) => Promise<{ seconds: number; peakMiB: number }>,
  peer: (round: number) => Promise<number>,
  say: (line: string) => void,
): Promise<Pairs> {
  const pairs: Pair[] = [];
  let peakMiB = 0;
  const us = async (round: number): Promise<number> => {
    const { seconds, peakMiB: peak } = await ours(round);
    peakMiB = Math.max(peakMiB, peak);
    return seconds;
  };
  for (let round = 0; round < count; round += 1) {
    const first = round % 2 === 0 ? await us(round) : await peer(round);
    const second = round % 2 === 0 ? await peer(round) : await us(round);
    const pair = round % 2 === 0 ? { ours: first, peer: second } : { ours: second, peer: first };
    pairs.push(pair);
    say(`ours ${pair.ours.toFixed(2)} s, skopeo ${pair.peer.toFixed(2)} s`);
  }
  const median = (values: number[]): number =>
    percentile(
      values.sort((a, b) => a - b),
      0.5,
    ) ?? Number.NaN;
  return { ours: median(pairs.map((each) => each.ours)), peer: median(pairs.map((each) => each.peer)), peakMiB };
}

/** Our program on one order; it is started before the time is taken, as the engine is. */
export async function weCopy(
  workbench: Workbench,
  ...orders: CopyOrder[]
): Promise<{ seconds: number; peakMiB: number }> {
  const program = workbench.program('mirror/copy-program.ts', []);
  await program.next();
  let last = { seconds: 0, peakMiB: 0 };
  for (const order of orders) {
    program.send(JSON.stringify(order));
    last = (await program.next()) as typeof last;
  }
  await program.end();
  return last;
}

/** Seconds that skopeo takes. */
export async function skopeo(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  await run('skopeo', args, { maxBuffer: 64 * 1024 * 1024 });
  return (performance.now() - begun) / 1000;
}

/** A target that nobody copied to before: skopeo would mount what it knows from an earlier run. */
export async function withFreshRegistry<T>(work: (registry: DockerRegistry) => Promise<T>): Promise<T> {
  // What an earlier run wrote or took away is still on its way to the disk, which this run would wait for at each of its own syncs.
  await run('sync');
  const registry = await startDockerRegistry();
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}
