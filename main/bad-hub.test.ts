import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../lab/apiserver/core.ts';
import { kubeconfigText } from '../lab/apiserver/http/kubeconfig.ts';
import { serveApi } from '../lab/apiserver/http/serve.ts';
import { createLabClock } from '../lab/clock.ts';
import { kinds } from '../lab/kinds.ts';
import { soon } from './testing/lab-engine.ts';
import { type LabHub, startLabHub } from './testing/lab-hub.ts';
import { moduleYaml } from './testing/module-yaml.ts';
import { refusal, type TestEngine, testEngine } from './testing/test-engine.ts';

const home = mkdtempSync(join(tmpdir(), 'bad-hub-'));
let lab: LabHub;
let engine: TestEngine;
beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 30 });
  engine = testEngine(home);
});
afterAll(async () => {
  await engine.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const add = async (text: string, name: string) => (await engine.typed('hubs.add', { source: { text }, name })).id;
const get = (hub: string) => engine.typed('hubs.get', { hub });
const live = async (hub: string) => {
  await engine.typed('hubs.connect', { hub });
  await soon(async () => (await get(hub)).phase === 'live', 20_000, 'live');
};

describe('a hub that does not let us in', () => {
  test('a token that is rejected: refused, the hub stays for a fresh kubeconfig', async () => {
    const hub = await add(kubeconfigText(lab.front(), { token: 'wrong' }, 'wrong'), 'wrong');
    const why = await refusal(() => engine.typed('hubs.connect', { hub }));
    expect(why.code).toBe('hub.unauthorized');
    expect(why.remedy).toContain('kubeconfig');
    expect(await get(hub)).toMatchObject({ phase: 'refused', fault: { code: 'hub.unauthorized' } });
    await engine.typed('hubs.remove', { hub });
  });

  test('a token that is taken away later: refused, and what was read stays', async () => {
    lab.front().tokens.add('short', { name: 'edge-engineer', groups: [] });
    const hub = await add(kubeconfigText(lab.front(), { token: 'short' }, 'short'), 'short');
    await live(hub);
    const before = await engine.typed('fleet.page', { hub });
    expect(before.total).toBe(3);
    lab.front().tokens.revoke('short');
    lab.front().dropWatches();
    await soon(
      async () => ['refused', 'stale'].includes((await get(hub)).phase),
      20_000,
      () => get(hub),
    );
    expect((await get(hub)).fault?.code).toBe('kube.unauthorized');
    const after = await engine.typed('fleet.page', { hub });
    expect(after.rows.map(({ name, availability }) => [name, availability])).toEqual(
      before.rows.map(({ name, availability }) => [name, availability]),
    );
    await engine.typed('hubs.remove', { hub });
  });

  test('an identity without rights: the right is named', async () => {
    lab.front().tokens.add('visitor', { name: 'visitor', groups: [] });
    const hub = await add(kubeconfigText(lab.front(), { token: 'visitor' }, 'visitor'), 'visitor');
    const why = await refusal(() => engine.typed('hubs.connect', { hub }));
    expect(why).toMatchObject({ code: 'hub.forbidden', field: 'context' });
    expect(why.message).toContain('visitor may not list ManagedClusters');
    expect(why.remedy).toContain('managedclusters.cluster.open-cluster-management.io');
    await engine.typed('hubs.remove', { hub });
  });

  test('an identity that may only read: it sees all, and each refusal names what is missing', async () => {
    const hub = await add(lab.kubeconfig('reader').replaceAll('lab-hub', 'read'), 'reader');
    await live(hub);
    const { identity, features } = await engine.typed('hubs.access', { hub });
    expect(identity).toBe('auditor');
    const allowed = Object.fromEntries(features.map(({ feature, allowed }) => [feature, allowed]));
    expect(allowed).toMatchObject({ seeFleet: 'yes', labelSpokes: 'no', installHub: 'no', applyModules: 'absent' });
    for (const { allowed, missing } of features) expect(missing.length > 0).toBe(allowed === 'no');
    for (const where of ['hub', 'spokes'] as const) {
      const why = await refusal(() => engine.typed('install.apply', { hub, where, params: {} }));
      expect(why.code).toBe('hub.forbidden');
      expect(why.message).toMatch(/"auditor" cannot patch resource "\w+"/);
    }
    // Nothing was written on the hub, and nothing is told as if it had been.
    expect((await lab.core.list(kinds.Subscription)).items).toEqual([]);
    const { entries } = await engine.typed('fleet.timeline', { hub, events: ['hubKmmOrdered', 'kmmOrdered'] });
    expect(entries).toEqual([]);
    expect((await engine.typed('install.status', { hub })).hub.state).toBe('absent');
    await engine.typed('hubs.remove', { hub });
  });
});

describe('a hub that lacks what we need', () => {
  test('a cluster that is no hub: OCM is named', async () => {
    const clock = createLabClock(1);
    const front = await serveApi(createCore({ clock }));
    front.tokens.add('t', { name: 'admin', groups: ['system:masters'] });
    const hub = await add(kubeconfigText(front, { token: 't' }, 'spoke'), 'spoke');
    const why = await refusal(() => engine.typed('hubs.connect', { hub }));
    expect(why).toMatchObject({ code: 'hub.noOcm', field: 'context' });
    expect(why.remedy).toContain('Open Cluster Management');
    expect(await get(hub)).toMatchObject({ phase: 'refused', fault: { code: 'hub.noOcm' } });
    await engine.typed('hubs.remove', { hub });
    await front.close();
    clock.stop();
  });

  test('a hub without KMM: the fleet is seen, a module is refused before anything is written', async () => {
    const hub = await add(lab.kubeconfig('engineer'), 'plain');
    await live(hub);
    expect((await engine.typed('fleet.counts', { hub })).potential).toBe(3);
    expect(await engine.typed('modules.schema', { hub })).toEqual({ schema: null });
    expect((await engine.typed('install.status', { hub })).hub).toMatchObject({ state: 'absent' });
    const yaml = moduleYaml('kmm-kmod');
    for (const act of [
      () => engine.typed('modules.apply', { hub, yaml, way: 'staged' }),
      () => engine.typed('modules.diff', { hub, yaml, way: 'staged' }),
    ]) {
      const why = await refusal(act);
      expect(why).toMatchObject({ code: 'module.notServed', field: 'hub' });
      expect(why.remedy).toContain('KMM');
    }
    expect(await engine.typed('deliveries.list', { hub, module: '' })).toEqual({ deliveries: [] });
    expect(await engine.typed('modules.list', { hub })).toEqual({ modules: [] });
    const { items } = await lab.core.list(kinds.ManagedCluster);
    expect(JSON.stringify(items)).not.toContain('deliver.kmm-bastion.io');
  });
});
