import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabHubOptions, startLabHub } from './lab-hub.ts';
import { testEngine } from './test-engine.ts';

export type { LabHubOptions as LabEngineOptions } from './lab-hub.ts';

/** The lab in this process, served over HTTPS, and the whole engine connected to it by the contract, as a window is. */
export async function startLabEngine(scenario: string, options: LabHubOptions) {
  const lab = await startLabHub(scenario, options);
  const home = mkdtempSync(join(tmpdir(), 'lab-engine-'));
  const engine = testEngine(home);
  const call = engine.typed;
  const { id: hub } = await call('hubs.add', { source: { text: lab.kubeconfig('engineer') }, name: 'lab' });
  await call('hubs.connect', { hub });
  return {
    hub,
    core: lab.core,
    spokes: lab.spokes,
    clock: lab.clock,
    call,
    kmm: lab.kmm,
    async close(): Promise<void> {
      await engine.close();
      await lab.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
export type LabEngine = Awaited<ReturnType<typeof startLabEngine>>;

/** KMM on the hub and on `spokes` spokes by our own install; resolves when their kernels are known. */
export async function installKmm({ call, hub }: Pick<LabEngine, 'call' | 'hub'>, spokes: number): Promise<void> {
  await soon(async () => (await call('fleet.counts', { hub })).operative === spokes, 20_000, 'operative spokes');
  await call('install.apply', { hub, where: 'hub', params: {} });
  await call('install.apply', { hub, where: 'spokes', params: {} });
  const all = async () => (await call('install.status', { hub })).spokes.installed === spokes;
  await soon(all, 40_000, 'KMM on the spokes');
  const served = async () =>
    (await call('hubs.feeds', { hub })).feeds.some(
      ({ kind, state }) => kind === 'ManagedClusterModule' && state === 'live',
    );
  await soon(served, 20_000, 'modules served');
}

/** Asks every 100 ms until there is a value; fails after `limit` real ms with what was last said. */
export async function soon<T>(
  ask: () => T | Promise<T>,
  limit: number,
  what: string | (() => unknown),
): Promise<Exclude<T, false | undefined | null>> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await ask();
    if (value) return value as Exclude<T, false | undefined | null>;
    if (Date.now() > end) {
      throw new Error(`not within ${limit} ms: ${typeof what === 'string' ? what : JSON.stringify(await what())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
