import { afterEach, describe, expect, test } from 'vitest';
import { kinds } from '../../lab/kinds.ts';
import { installKmm, type LabEngine, soon, startLabEngine } from '../testing/lab-engine.ts';
import { moduleYaml } from '../testing/module-yaml.ts';

let lab: LabEngine;
afterEach(() => lab.close());

const policies = ['policy.open-cluster-management.io'];

describe('a hub without policies', { timeout: 60_000 }, () => {
  test('gets KMM to its spokes by works, and a module after it', async () => {
    lab = await startLabEngine('site-3', { speed: 120, without: policies });
    const { hub, call } = lab;
    expect(await call('install.status', { hub })).toMatchObject({ way: 'work', hub: { state: 'absent' } });
    const plan = await call('install.plan', { hub, where: 'spokes' });
    expect(plan).toMatchObject({ way: 'work', total: 3 });
    expect(plan.diffs.map(({ change, namespace }) => [change, namespace])).toEqual([
      ['create', 'sno00001'],
      ['create', 'sno00002'],
      ['create', 'sno00003'],
    ]);
    await installKmm(lab, 3);
    const { rows } = await call('install.spokes', { hub, offset: 0, limit: 10 });
    expect(rows.map(({ state, way }) => [state, way])).toEqual(Array(3).fill(['installed', 'work']));
    for (const row of rows) expect(row.seconds).toBeGreaterThan(10);
    for (const spoke of lab.spokes.values()) {
      const [csv] = (await spoke.core.list(kinds.ClusterServiceVersion, { namespace: 'openshift-kmm' })).items;
      expect(csv?.status).toMatchObject({ phase: 'Succeeded' });
    }
    const installed = async () =>
      (await call('fleet.spoke', { hub, name: 'sno00001' })).works.find(({ purpose }) => purpose === 'install');
    expect(await installed()).toMatchObject({ delivered: true });
    // KMM reports by its claim at once; the Subscription's state comes with the agent's next poll, up to two minutes later.
    const state = async () => (await installed())?.feedback.find(({ name }) => name === 'state')?.value;
    await expect.poll(state, { timeout: 20_000 }).toBe('AtLatestKnown');

    const yaml = moduleYaml('kmm-kmod', { common: 'true' });
    const { id } = await call('modules.apply', { hub, yaml, way: 'staged' });
    const get = () => call('deliveries.get', { id });
    const end = await soon(async () => (await get()).phase === 'done' && get(), 40_000, get);
    expect(end.states).toEqual({ proven: 3 });
    // That the agents may handle Modules, too, is shown by the works that brought one.
    const after = (await call('install.spokes', { hub, offset: 0, limit: 10 })).rows;
    expect(after.map(({ rights }) => rights)).toEqual(['yes', 'yes', 'yes']);
  });

  test('says OLM’s complaint where a spoke lacks the catalog', async () => {
    lab = await startLabEngine('site-3', { speed: 120, without: policies });
    const { hub, call } = lab;
    await lab.spokes.get('sno00002')!.core.remove(kinds.CatalogSource, 'cs-bastion', 'openshift-marketplace');
    const params = { source: 'cs-bastion' };
    await call('install.apply', { hub, where: 'spokes', params });
    const row = async () => (await call('install.spokes', { hub, offset: 0, limit: 10 })).rows[1]!;
    const failed = await soon(async () => (await row()).state === 'failed' && (await row()), 20_000, row);
    expect(failed.spoke).toBe('sno00002');
    expect(failed.reason).toContain('cs-bastion');
    const others = async () => (await call('install.status', { hub })).spokes;
    await soon(async () => (await others()).installed === 2, 20_000, others);
    expect(await others()).toMatchObject({ failed: 1, installed: 2 });
  });
});
