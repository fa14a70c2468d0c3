import { type BenchResult, within } from './result.ts';
import type { Workbench } from './workbench.ts';

const spokes = 1755;
const rate = 2000;
const seconds = 60;
/** Caches and the heap fill first; growth is judged from here on. */
const settled = 20;

/** 2,000 watch events a second for a minute: how old what the store shows gets, and whether the engine grows. */
export async function benchWatch({ dir, program, say }: Workbench): Promise<BenchResult[]> {
  const kubeconfig = `${dir}/kubeconfig`;
  const hub = program('watch-program.ts', [kubeconfig, String(spokes), String(rate)]);
  await hub.next();
  const engine = program('engine-program.ts', [`${dir}/home`, kubeconfig]);
  await engine.next();
  hub.send('go');
  const samples: { lagMs: number; rssMb: number; walMb: number }[] = [];
  let sent = 0;
  for (let second = 0; second < seconds; second += 1) {
    const [told, sample] = await Promise.all([hub.next(), engine.next()]);
    sent = (told as { sent: number }).sent;
    // The first second has no labels yet in part of it.
    if (second > 1) samples.push(sample as (typeof samples)[number]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const later = samples.slice(settled);
  const half = Math.floor(later.length / 2);
  const growth =
    mean(later.slice(half).map(({ rssMb }) => rssMb)) / mean(later.slice(0, half).map(({ rssMb }) => rssMb));
  const last = samples.at(-1);
  say(
    `${sent} events in ${seconds} s; engine at the end ${last?.rssMb.toFixed(0)} MB, write-ahead log ${last?.walMb.toFixed(0)} MB`,
  );
  return [
    // A lag at a lower rate would prove nothing: the rate that was reached is judged too.
    within('watch events a second missing from 2,000', 'events/s', Math.max(0, rate - sent / seconds), rate * 0.02),
    within(
      'age of the rows at 2,000 watch events a second, worst',
      's',
      Math.max(...samples.map(({ lagMs }) => lagMs)) / 1000,
      1,
    ),
    within('growth of the engine, second half to first', 'times', growth, 1.1),
    within('write-ahead log', 'MB', Math.max(...later.map(({ walMb }) => walMb)), 256),
  ];
}
