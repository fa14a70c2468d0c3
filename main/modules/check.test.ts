import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Parsed } from '../../shared/contract.ts';
import { cluster, imagesConfig, mcm } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

const k1 = '4.18.0-372.46.1.el8_6.x86_64';
const k2 = '4.18.0-372.51.1.el8_6.x86_64';
const arm = '4.18.0-372.46.1.el8_6.aarch64';

async function check(room: Room, object: object = mcm()) {
  const input: Parsed<'modules.check'> = { hub: room.hub, yaml: stringify(object) };
  const { findings, preview } = await room.modules.handlers['modules.check'](input);
  return { findings, preview: preview!, rules: findings.map(({ severity, rule }) => `${severity} ${rule}`) };
}

function filled(clusters: Parameters<typeof cluster>[], then?: (room: Room) => void): Room {
  const room = createRoom();
  room.store.transaction(() => {
    for (const args of clusters) room.see(cluster(...args), true);
  });
  then?.(room);
  return room;
}

describe('what a selection would meet on the real hub', () => {
  test('two kernels: an error that names the spokes', async () => {
    const room = filled([['a'], ['b', { kernels: [k2] }], ['c'], ['d']]);
    const { findings, preview } = await check(room);
    const two = findings.find(({ rule }) => rule === 'selection.twoKernels');
    expect(two).toMatchObject({ severity: 'error', spokes: ['b'] });
    expect(two!.message).toContain(`${k1} (3 spokes), ${k2} (1 spoke)`);
    expect(preview.kernels.map(({ kernel, spokes }) => [kernel, spokes])).toEqual([
      [k1, 3],
      [k2, 1],
    ]);
    room.close();
  });
  test('a spoke without mapping: an error that names it', async () => {
    const room = filled([['a'], ['edge-arm', { kernels: [arm] }], ['b']]);
    const { findings, preview } = await check(room);
    expect(findings.find(({ rule }) => rule === 'selection.unmatched')).toMatchObject({
      severity: 'error',
      spokes: ['edge-arm'],
    });
    expect(preview.notCovered).toEqual([{ spoke: 'edge-arm', reason: `no mapping for ${arm}` }]);
    room.close();
  });
  test('two kernels on one tag', async () => {
    const room = filled([['a'], ['b', { kernels: [k2] }]]);
    const { findings } = await check(room, mcm({ tag: 'v1' }));
    const shared = findings.find(({ rule }) => rule === 'hub.sharedTag');
    expect(shared!.message).toContain(`${k1} and ${k2} share`);
    room.close();
  });
  test('no claim is a warning, a mapping that matches nothing too, and so is a selector that does', async () => {
    const room = filled([['a'], ['b', { kernels: [] }]]);
    const object = mcm();
    const { moduleLoader } = (
      object.spec as { moduleSpec: { moduleLoader: { container: { kernelMappings: object[] } } } }
    ).moduleSpec;
    moduleLoader.container.kernelMappings.push({ literal: k2, containerImage: 'r/x:1' });
    expect((await check(room, object)).rules).toEqual([
      'warning selection.noClaim',
      'warning mapping.unused',
      'info build.hubKernels',
    ]);
    expect((await check(room, mcm({ selector: { none: 'such' } }))).rules).toEqual(['warning selection.none']);
    room.close();
  });
  test('a name that no label can hold, with the spokes', async () => {
    const long = `s${'x'.repeat(58)}`;
    const room = filled([['a'], [long]]);
    const { findings } = await check(room);
    expect(findings.find(({ rule }) => rule === 'name.label')).toMatchObject({ severity: 'error', spokes: [long] });
    room.close();
  });
  test('module a-b on c and module a on b-c collide', async () => {
    const room = filled([['spoke'], ['kmod-spoke']], (it) => {
      const other = mcm();
      it.see({ ...other, metadata: { ...other.metadata, name: 'kmm', uid: 'other' } }, true);
    });
    const { findings } = await check(room);
    expect(findings.find(({ rule }) => rule === 'name.collision')).toMatchObject({
      severity: 'error',
      spokes: ['spoke'],
    });
    room.close();
  });
});

test('an image that is there needs no build', async () => {
  const room = filled([['a'], ['b']]);
  expect((await check(room)).preview).toMatchObject({ buildsPlain: 2, buildsStaged: 1, recommended: 'staged' });
  room.see(mcm());
  room.see(imagesConfig('a', 'Exists'));
  expect((await check(room)).preview).toMatchObject({ buildsPlain: 0, buildsStaged: 0 });
  room.close();
});

describe('a fleet of 2,000', () => {
  let room: Room;
  beforeAll(() => {
    const clusters: Parameters<typeof cluster>[] = Array.from({ length: 2000 }, (_, index) => [
      `sno${String(index).padStart(5, '0')}`,
      { ...(index < 7 && { available: 'Unknown' as const, kernels: index < 3 ? [] : [k1] }) },
    ]);
    room = filled(clusters);
  });
  afterAll(() => room.close());

  test('is previewed in words and numbers that add up, in at most 100 ms', async () => {
    await check(room);
    const from = process.cpuUsage();
    const { preview, rules } = await check(room);
    const { user, system } = process.cpuUsage(from);
    const took = (user + system) / 1000;
    expect(preview.sentence).toBe(
      'Matches 2,000 of 2,000 spokes, 1,993 operative; 1 kernel; not covered: sno00000 (no kernel claim), sno00001 (no kernel claim), ' +
        'sno00002 (no kernel claim); the hub would run 1,997 builds of this image, staged 1',
    );
    expect(preview.notCoveredTotal + preview.kernels[0]!.spokes).toBe(preview.matches);
    expect(rules).toEqual(['warning selection.noClaim', 'info build.hubKernels']);
    expect(took).toBeLessThan(100);
  });
  test('is judged for a new module in at most a second, and asked for in 50 ms a page', async () => {
    // The process's own time: the machine may be busy with other things.
    const from = process.cpuUsage();
    room.see(mcm());
    while ((room.store.db.prepare('select count(*) from proof').pluck().get() as number) < 2000) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(from);
    expect((user + system) / 1000).toBeLessThan(1000);
    const asked = process.cpuUsage();
    const page = await room.modules.handlers['modules.proof']({
      hub: room.hub,
      name: 'kmm-kmod',
      state: ['waiting'],
      search: '',
      offset: 1000,
      limit: 500,
    });
    const page500 = process.cpuUsage(asked);
    expect((page500.user + page500.system) / 1000).toBeLessThan(50);
    expect(page).toMatchObject({ total: 1993, states: { waiting: 1993, unknown: 7 } });
  });
});
