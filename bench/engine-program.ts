import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childEngine, overPort } from '../main/hosts/engine-port.ts';
import { openStore } from '../main/store/open.ts';
import type { Output } from '../shared/contract.ts';

/**
 * The engine as it is shipped, the built bundle in a process of its own: `engine-program.ts HOME KUBECONFIG`. Connects, prints
 * {syncMs, rssMb, rows} when every feed has listed (rssMb: the most so far), then one {lagMs, rssMb, walMb} a second until its standard
 * input ends. Lag is the age of the newest `bench.kmm-bastion.io/at` label that has become a row, as another process reads it.
 */
const [home = '', kubeconfig = ''] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const entry = join(import.meta.dirname, '../out/main/engine-process.js');
const port = childEngine(entry, process.execPath)(['--home', home, '--version', '0.0.0-bench', '--host', 'web']);
const engine = overPort(port);
await new Promise<void>((resolve, reject) => {
  port.onMessage((message) => {
    const { ready, failed } = message as { ready?: true; failed?: { message: string } };
    if (failed) reject(new Error(failed.message));
    if (ready) resolve();
  });
  void port.exited.then((code) => reject(new Error(`the engine ended with code ${code}; is it built? npm run build`)));
});

/** Memory of the engine by the kernel's own count, MB: VmRSS now, VmHWM the most since it started. getrusage would count its parent's. */
function memoryMb(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${port.pid()}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}

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
print({ syncMs, rssMb: memoryMb('VmHWM'), rows });

const reader = openStore(`${home}/bastion.db`);
const newest = reader.db.prepare(
  `select max(value) as at from spoke_label where hub = ? and key = 'bench.kmm-bastion.io/at'`,
);
const walMb = () => (statSync(`${home}/bastion.db-wal`, { throwIfNoEntry: false })?.size ?? 0) / 1_048_576;
let worst = 0;
const timer = setInterval(() => {
  const { at } = newest.get(hub) as { at: string | null };
  if (at) worst = Math.max(worst, Date.now() - Number(at));
}, 25);
const told = setInterval(() => {
  print({ lagMs: worst, rssMb: memoryMb('VmRSS'), walMb: walMb() });
  worst = 0;
}, 1000);

createInterface({ input: process.stdin }).on('close', async () => {
  clearInterval(timer);
  clearInterval(told);
  reader.close();
  await port.stop();
  process.exit(0);
});
