import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createEngine } from '../main/engine.ts';
import { openStore } from '../main/store/open.ts';
import { systemClock } from '../shared/clock.ts';
import type { Output } from '../shared/contract.ts';

/**
 * The engine in a process of its own: `engine-program.ts HOME KUBECONFIG`. Connects, prints {syncMs, rssMb, rows} when every feed
 * has listed, then one {lagMs, rssMb, walMb} a second until its standard input ends. Lag is the age of the newest
 * `bench.kmm-bastion.io/at` label that has become a row.
 */
const [home = '', kubeconfig = ''] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const rssMb = () => process.memoryUsage.rss() / 1_048_576;
let peak = 0;
setInterval(() => {
  peak = Math.max(peak, rssMb());
}, 20).unref();

const engine = createEngine({
  home,
  clock: systemClock(),
  random: Math.random,
  host: 'test',
  version: '0.0.0-bench',
  shell: {},
  lab: {
    scenarios: async () => [],
    start: async () => {
      throw new Error('no lab in a benchmark');
    },
  },
});
const { id: hub } = (await engine.call('hubs.add', { source: { paths: [kubeconfig] } })) as Output<'hubs.add'>;
const begun = performance.now();
await engine.call('hubs.connect', { hub });
let phase = '';
while (phase !== 'live') {
  const state = (await engine.call('hubs.get', { hub })) as Output<'hubs.get'>;
  if (state.phase === 'refused') throw new Error(JSON.stringify(state.fault));
  phase = state.phase;
  if (phase !== 'live') await new Promise((resolve) => setTimeout(resolve, 5));
}
const syncMs = performance.now() - begun;
const { rows } = (await engine.call('hubs.tables', { hub })) as Output<'hubs.tables'>;
print({ syncMs, rssMb: Math.max(peak, process.resourceUsage().maxRSS / 1024), rows });

// A second connection reads what is committed, as another process would see it.
const reader = openStore(`${home}/bastion.db`);
const newest = reader.db.prepare(
  `select max(value) as at from spoke_label where hub = ? and key = 'bench.kmm-bastion.io/at'`,
);
const walMb = () => {
  try {
    return readFileSync(`${home}/bastion.db-wal`).byteLength / 1_048_576;
  } catch {
    return 0;
  }
};
let worst = 0;
const timer = setInterval(() => {
  const { at } = newest.get(hub) as { at: string | null };
  if (at) worst = Math.max(worst, Date.now() - Number(at));
}, 25);
const told = setInterval(() => {
  print({ lagMs: worst, rssMb: rssMb(), walMb: walMb() });
  worst = 0;
}, 1000);
createInterface({ input: process.stdin }).on('close', async () => {
  clearInterval(timer);
  clearInterval(told);
  reader.close();
  await engine.close();
  process.exit(0);
});
