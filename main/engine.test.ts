import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls } from '../shared/contract.ts';
import { toFault } from '../shared/fault.ts';
import { installKmm, soon } from './testing/lab-engine.ts';
import { type LabHub, startLabHub } from './testing/lab-hub.ts';
import { moduleYaml } from './testing/module-yaml.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const home = mkdtempSync(join(tmpdir(), 'engine-'));
let lab: LabHub;
let engine: TestEngine;
let hub = '';

beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 60 });
  engine = testEngine(home);
});
afterAll(async () => {
  await engine.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const phase = async () => (await engine.typed('hubs.get', { hub })).phase;
const live = () => soon(async () => (await phase()) === 'live', 20_000, 'live');
const deliveries = async () => (await engine.typed('deliveries.list', { hub, module: '' })).deliveries;

test('every call of the contract has an answer, and one that is not there is said', async () => {
  const silent: string[] = [];
  for (const name of Object.keys(calls)) {
    // Most refuse an empty input; what counts is that someone looked at it.
    const why = await engine.call(name, {}).then(
      () => undefined,
      (error: unknown) => toFault(error).code,
    );
    if (why === 'call.unknown' || why === 'internal') silent.push(`${name}: ${why}`);
  }
  expect(silent).toEqual([]);
  expect(await refusal(() => engine.call('fleet.nothing', {}))).toMatchObject({ code: 'call.unknown', field: 'name' });
  expect(await refusal(() => engine.call('fleet.page', { hub: 'h', limit: 0 }))).toMatchObject({
    code: 'input.invalid',
    field: 'limit',
  });
});

test('a second engine on the same home is told who holds it', async () => {
  const why = await refusal(() => testEngine(home));
  expect(why).toMatchObject({ code: 'home.held', field: '--home' });
  expect(why.message).toContain(`process ${process.pid} (cli)`);
  expect(await engine.typed('hubs.list', {})).toEqual({ hubs: [] });
});

describe('over HTTPS', { timeout: 150_000 }, () => {
  test('a staged delivery survives kill -9: nothing is lost, nothing is done twice', async () => {
    hub = (await engine.typed('hubs.add', { source: { text: lab.kubeconfig('engineer') } })).id;
    await engine.typed('hubs.connect', { hub });
    await installKmm({ call: engine.typed, hub }, 3);
    await engine.close();

    const yaml = join(home, 'module.yaml');
    writeFileSync(yaml, moduleYaml('kmm-kmod'));
    const cli = [
      join(import.meta.dirname, 'hosts/cli.ts'),
      'modules',
      'apply',
      '--way',
      'staged',
      '--yaml',
      `@${yaml}`,
    ];
    const child = spawn(process.execPath, [...cli, '--home', home], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
    });
    await soon(
      () => said.includes('The hub builds the image'),
      60_000,
      () => said,
    );
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));

    engine = testEngine(home);
    const [left] = await deliveries();
    expect(left).toMatchObject({ module: 'kmm-kmod', phase: 'canary', targets: 3, selected: 1 });
    await engine.typed('hubs.connect', { hub });
    const done = await soon(
      async () => (await deliveries()).find(({ endedAt }) => endedAt !== undefined),
      60_000,
      deliveries,
    );
    expect(done).toMatchObject({ id: left!.id, phase: 'done', selected: 3, states: { proven: 3 } });
    expect(done.canaries).toEqual([expect.objectContaining({ spoke: left!.canaries[0]!.spoke })]);
    expect(await deliveries()).toHaveLength(1);
    const { builds } = await engine.typed('modules.get', { hub, name: 'kmm-kmod' });
    expect(builds.map(({ action, state }) => `${action} ${state}`)).toEqual(['BuildImage succeeded']);
    // As seen on the hub itself: 2 to 8 minutes of its own time, however long we were away.
    expect(builds[0]!.seconds).toBeLessThan(900);
    const { entries } = await engine.typed('fleet.timeline', { hub, module: 'kmm-kmod', limit: 100 });
    const times = (event: string) => entries.filter((entry) => entry.event === event).length;
    expect([times('selected'), times('loaded'), times('buildStarted'), times('buildEnded')]).toEqual([3, 3, 1, 1]);
  });

  test('when the hub goes, rows are kept and said to be stale; when it is back they are current again', async () => {
    await live();
    const before = await engine.typed('fleet.page', { hub });
    await lab.leave();
    await soon(async () => (await phase()) === 'stale', 20_000, phase);
    const { fault, dataFrom } = await engine.typed('hubs.get', { hub });
    expect(fault).toMatchObject({ code: 'kube.unreachable', field: 'server' });
    expect(Date.parse(dataFrom!)).toBeLessThanOrEqual(Date.now());
    expect((await engine.typed('fleet.page', { hub })).rows).toEqual(before.rows);
    const { rows } = await engine.typed('modules.proof', { hub, name: 'kmm-kmod' });
    expect(rows.map(({ cause }) => cause)).toEqual(['dataOld', 'dataOld', 'dataOld']);
    expect(rows[0]!.reason).toMatch(/^As of /);
    const why = await refusal(() => engine.typed('modules.delete', { hub, name: 'kmm-kmod', confirm: 'kmm-kmod' }));
    expect(why.code).toBe('kube.unreachable');

    await lab.comeBack();
    await live();
    expect((await engine.typed('modules.proof', { hub, name: 'kmm-kmod' })).rows[0]!.cause).toBe('');
  });
});
