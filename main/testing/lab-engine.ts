import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKmm, type Kmm } from '../../lab/actors/kmm/kmm.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { createLogins } from '../../lab/apiserver/http/logins.ts';
import { serveApi } from '../../lab/apiserver/http/serve.ts';
import { createLabClock } from '../../lab/clock.ts';
import { scenarios } from '../../lab/scenarios/catalog.ts';
import { startScenario } from '../../lab/scenarios/start.ts';
import type { ScenarioOptions } from '../../lab/scenarios/types.ts';
import { systemClock } from '../../shared/clock.ts';
import type { CallName, Input, Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { createEngine } from '../engine.ts';

/** What a test may say of the practice hub. */
export interface LabEngineOptions {
  speed: number;
  options?: ScenarioOptions;
  /** API groups that this hub shall not serve, e.g. `policy.open-cluster-management.io`. */
  without?: readonly string[];
}

/**
 * The lab in this process, so that a test may reboot its spokes, served over HTTPS; the whole engine connected to it by the
 * contract, as a window is.
 */
export async function startLabEngine(scenario: string, { speed, options = {}, without = [] }: LabEngineOptions) {
  const clock = createLabClock(speed);
  let kmm: Kmm | undefined;
  const running = await startScenario({
    scenario: scenarios.find(({ name }) => name === scenario)!,
    seed: 1,
    clock,
    options,
    kmm: ({ hub, random }) => {
      const buildFails = options.buildFails ? () => 'DockerBuildFailed' : undefined;
      kmm = createKmm({ hub, clock, random: random.fork('kmm'), buildFails });
      return kmm;
    },
  });
  const { hub: core, spokes } = running.world;
  core.withdraw(core.registry.kinds().filter(({ group }) => without.includes(group)));
  const front = await serveApi(core);
  const { engineer } = await createLogins(core, front);
  const home = mkdtempSync(join(tmpdir(), 'lab-engine-'));
  const nothing = async () => {
    throw fault('lab.unavailable', 'The lab of a test is started by the test.', 'Use it.');
  };
  const engine = createEngine({
    home,
    clock: systemClock(),
    random: Math.random,
    host: 'cli',
    version: '0.0.0',
    shell: {},
    lab: { scenarios: async () => [], start: nothing },
  });
  const call = async <C extends CallName>(name: C, input: Input<C>): Promise<Output<C>> =>
    (await engine.call(name, input)) as Output<C>;
  const { id: hub } = await call('hubs.add', { source: { text: kubeconfigText(front, engineer) }, name: 'lab' });
  await call('hubs.connect', { hub });
  return {
    hub,
    core,
    spokes,
    clock,
    call,
    kmm: () => kmm!,
    async close(): Promise<void> {
      await engine.close();
      running.stop();
      kmm?.stop();
      await front.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
export type LabEngine = Awaited<ReturnType<typeof startLabEngine>>;

/** KMM on the hub and on `spokes` spokes by our own install; resolves when their kernels are known. */
export async function installKmm({ call, hub }: LabEngine, spokes: number): Promise<void> {
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
