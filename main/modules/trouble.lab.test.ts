import { afterEach, describe, expect, test } from 'vitest';
import { installKmm, type LabEngine, soon, startLabEngine } from '../testing/lab-engine.ts';
import { moduleYaml } from '../testing/module-yaml.ts';

let lab: LabEngine;
afterEach(() => lab.close());

const yaml = moduleYaml('kmm-kmod', { common: 'true' });

async function proofs() {
  const { rows } = await lab.call('modules.proof', { hub: lab.hub, name: 'kmm-kmod', offset: 0, limit: 100 });
  return rows;
}
const listed = async () => (await lab.call('modules.list', { hub: lab.hub })).modules[0]!;

describe('what may go wrong on the practice hub', { timeout: 60_000 }, () => {
  test('a spoke that is switched off is unknown since then, and proven again when it is back', async () => {
    lab = await startLabEngine('site-3', { speed: 120 });
    await installKmm(lab, 3);
    const { id } = await lab.call('modules.apply', { hub: lab.hub, yaml, way: 'staged' });
    const get = () => lab.call('deliveries.get', { id });
    await soon(async () => (await get()).phase === 'done', 40_000, get);
    const spoke = lab.spokes.get('sno00003')!;
    const off = lab.clock.now();
    spoke.powerOff();
    const row = async () => (await proofs()).find((each) => each.spoke === spoke.name)!;
    const away = await soon(async () => (await row()).state === 'unknown' && (await row()), 20_000, row);
    expect(away).toMatchObject({ cause: 'unreachable' });
    const [, since] = /^Nothing is known since (\S+): ./.exec(away.reason) ?? [];
    expect(Date.parse(since!)).toBeGreaterThan(off);
    expect(away.since).toBe(since);
    expect(await listed()).toMatchObject({ state: 'complete', states: { proven: 2, unknown: 1 } });
    expect((await listed()).sentence).toContain('sno00003');

    void spoke.powerOn({ seen: true });
    await soon(
      async () => (await row()).state === 'proven' && (await row()).nodeBoot === spoke.machine.bootId,
      20_000,
      row,
    );
    expect(await listed()).toMatchObject({ state: 'complete', states: { proven: 3 } });
  });

  test('claims cut at 20: the spoke has no kernel claim, and that is said', async () => {
    lab = await startLabEngine('site-3', { speed: 120, options: { claims: 25 } });
    const { hub } = lab;
    await installKmm(lab, 3);
    const { preview } = await lab.call('modules.check', { hub, yaml });
    expect(preview).toMatchObject({ matches: 3, notCoveredTotal: 3 });
    await lab.call('modules.apply', { hub, yaml, way: 'plain' });
    const rows = await soon(async () => ((await proofs()).length === 3 ? proofs() : undefined), 10_000, proofs);
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'waiting', cause: 'noClaim' });
      expect(row.reason).toContain('20 other custom claims');
    }
  });

  test('a build that fails ends the delivery with the hub’s reason, and the rest is untouched', async () => {
    lab = await startLabEngine('site-3', { speed: 120, options: { buildFails: true } });
    const { hub } = lab;
    await installKmm(lab, 3);
    const { id } = await lab.call('modules.apply', { hub, yaml, way: 'staged' });
    const get = () => lab.call('deliveries.get', { id });
    const end = await soon(async () => (await get()).phase === 'failed' && get(), 40_000, get);
    const [canary] = end.canaries;
    expect(end.selected).toBe(1);
    expect(end.states).toEqual({ failed: 1, waiting: 2 });
    expect(canary).toMatchObject({ state: 'failed' });
    expect(canary!.reason).toContain('Docker');
    expect(end.sentence).toContain('all others are untouched');
    expect(end.sentence).toContain(canary!.reason);
    const row = (await proofs()).find(({ spoke }) => spoke === canary!.spoke)!;
    expect(row).toMatchObject({ cause: 'buildFailed' });
    expect(await listed()).toMatchObject({ state: 'attention' });
    const { builds } = await lab.call('modules.get', { hub, name: 'kmm-kmod' });
    expect(builds.map(({ state }) => state)).toEqual(['failed']);
  });

  test('plain over two kernels is judged when nothing moves any more, and a delivery to a spoke is told once', async () => {
    lab = await startLabEngine('mixed-kernels', { speed: 180 });
    const { hub } = lab;
    await installKmm(lab, 8);
    const anyway = ['selection.twoKernels', 'selection.unmatched', 'selection.dtkAuto'];
    const { id } = await lab.call('modules.apply', { hub, yaml, way: 'plain', anyway });
    const get = () => lab.call('deliveries.get', { id });
    const end = await soon(async () => (await get()).phase === 'failed' && get(), 40_000, get);
    expect(end.sentence).toMatch(/is lost on \d of 7 operative spokes \(.*Left out: 1 without a kernel/);
    const times = (await proofs()).map(({ since }) => since).sort();
    expect(Date.parse(end.endedAt!) - Date.parse(times.at(-1)!)).toBeGreaterThanOrEqual(290_000);
    const { entries } = await lab.call('fleet.timeline', { hub, events: ['delivered'], limit: 500 });
    const spokes = entries.map(({ spoke }) => spoke);
    expect(spokes.length).toBeGreaterThan(3);
    expect(new Set(spokes).size).toBe(spokes.length);
  });
});
