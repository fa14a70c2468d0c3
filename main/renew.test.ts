import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigText } from '../lab/apiserver/http/kubeconfig.ts';
import { soon } from './testing/lab-engine.ts';
import { type LabHub, startLabHub } from './testing/lab-hub.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const home = mkdtempSync(join(tmpdir(), 'renew-'));
let lab: LabHub;
let engine: TestEngine;
let hub: string;
beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 10 });
  engine = testEngine(home);
  lab.front().tokens.add('first', { name: 'edge-engineer', groups: ['system:masters'] });
  const source = { text: kubeconfigText(lab.front(), { token: 'first' }) };
  hub = (await engine.typed('hubs.add', { source, name: 'field' })).id;
  await live();
});
afterAll(async () => {
  await engine.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const get = () => engine.typed('hubs.get', { hub });
async function live(): Promise<void> {
  await engine.typed('hubs.connect', { hub });
  await soon(async () => (await get()).phase === 'live', 20_000, get);
}
const told = async () => (await engine.typed('fleet.timeline', { hub })).entries.map(({ event }) => event);

test('a hub whose token is gone gets a fresh kubeconfig: rows, timeline and name stay', async () => {
  const before = await told();
  lab.front().tokens.revoke('first');
  // Watches that are open go on: rows are current, and yet it is said that nothing else will be answered.
  await soon(async () => (await get()).fault?.code === 'kube.unauthorized', 40_000, get);
  expect((await get()).phase).toBe('live');
  expect((await refusal(() => engine.typed('hubs.access', { hub }))).code).toBe('kube.unauthorized');
  lab.front().dropWatches();
  await soon(async () => (await get()).phase !== 'live', 20_000, get);
  lab.front().tokens.add('second', { name: 'edge-engineer', groups: ['system:masters'] });
  const renewed = await engine.typed('hubs.renew', {
    hub,
    source: { text: kubeconfigText(lab.front(), { token: 'second' }) },
  });
  expect(renewed).toMatchObject({ id: hub, name: 'field', phase: 'disconnected', spokes: 3 });
  expect(renewed.fault).toBeUndefined();
  await live();
  expect((await get()).fault).toBeUndefined();
  const after = await told();
  expect(after.filter((event) => event === 'hubRenewed')).toHaveLength(1);
  for (const event of new Set(before)) {
    const count = (events: string[]) => events.filter((one) => one === event).length;
    expect(count(after), event).toBe(count(before) + (event === 'hubConnected' || event === 'hubSynced' ? 1 : 0));
  }
  expect(readdirSync(join(home, 'kubeconfigs'))).toEqual([`${hub}.yaml`]);
  expect(statSync(join(home, 'kubeconfigs', `${hub}.yaml`)).mode & 0o777).toBe(0o600);
});

test('a file instead of pasted text: our copy of the old one is gone, and another context may be chosen', async () => {
  const file = join(home, 'kubeconfig');
  writeFileSync(file, kubeconfigText(lab.front(), { token: 'second' }, 'other-name'));
  const renewed = await engine.typed('hubs.renew', { hub, source: { paths: [file] } });
  expect(renewed.context).toBe('other-name');
  expect(readdirSync(join(home, 'kubeconfigs'))).toEqual([]);
  await live();
});

test('what does not fit is refused before anything changes, and the connection stays', async () => {
  const elsewhere = kubeconfigText({ ...lab.front(), url: 'https://127.0.0.1:1' }, { token: 'second' }, 'other-name');
  const wrong = [
    [{ text: elsewhere }, 'hub.otherServer'],
    [{ text: 'clusters: [' }, 'kubeconfig.notYaml'],
    [{ text: 'apiVersion: v1' }, 'kubeconfig.noContexts'],
    [{ paths: [join(home, 'not-there')] }, 'kubeconfig.unreadable'],
  ] as const;
  for (const [source, code] of wrong) {
    const given = 'paths' in source ? { paths: [...source.paths] } : source;
    expect((await refusal(() => engine.typed('hubs.renew', { hub, source: given }))).code).toBe(code);
  }
  const text = kubeconfigText(lab.front(), { token: 'second' });
  const unknown = await refusal(() => engine.typed('hubs.renew', { hub, source: { text }, context: 'nowhere' }));
  expect(unknown).toMatchObject({ code: 'kubeconfig.unknownContext', field: 'context' });
  expect(await get()).toMatchObject({ phase: 'live', context: 'other-name' });
  const other = await refusal(() => engine.typed('hubs.renew', { hub: 'nobody', source: { text } }));
  expect(other.code).toBe('hub.unknown');
});
