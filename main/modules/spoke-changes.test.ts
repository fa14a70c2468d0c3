import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SpokeChange } from '../../shared/contract/modules.ts';
import { toFault } from '../../shared/fault.ts';
import type { KubeClient } from '../kube/types.ts';
import { cluster, mcm, moduleWork } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

let room: Room;
let sent: unknown[][];
beforeEach(() => {
  sent = [];
  const client = {
    identity: async () => 'tester',
    merge: async (...args: unknown[]) => void sent.push(['merge', ...args.slice(1)]),
    remove: async (...args: unknown[]) => void sent.push(['remove', ...args.slice(1)]),
  } as unknown as KubeClient;
  room = createRoom({ client });
  room.see(mcm({ selector: { site: 'north' } }));
  for (const name of ['a', 'b']) {
    room.see(cluster(name, { labels: { site: 'north' }, ...(name === 'b' && { available: 'Unknown' as const }) }));
    room.see(moduleWork(name));
  }
  room.see(cluster('c', { kernels: ['5.14.0-1.aarch64'] }));
});
afterEach(() => room.close());

const ask = (change: object) =>
  room.modules.handlers['spokes.consequences']({ hub: 'h', ...SpokeChange.parse(change) });
const change = async (input: object, confirm = '') =>
  room.modules.handlers['spokes.change']({ hub: 'h', ...SpokeChange.parse(input), confirm });
const refusal = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    return toFault(error);
  }
  throw new Error('It was not refused.');
};

describe('what a change would do', () => {
  test('taking a selector’s label away unloads where the module is', async () => {
    const { unloads, sentences } = await ask({ spokes: ['a', 'b'], remove: ['site'] });
    expect(unloads).toEqual([
      { module: 'kmm-kmod', spoke: 'a' },
      { module: 'kmm-kmod', spoke: 'b' },
    ]);
    expect(sentences).toEqual([
      'kmm-kmod is unloaded from 2 spokes, all at once: a, b.',
      "b can't be reached now and unload when they are back.",
    ]);
    expect((await ask({ spokes: ['a'], set: { site: 'south' } })).unloads).toHaveLength(1);
    expect(await ask({ spokes: ['a'], set: { rack: '1' } })).toEqual({
      unloads: [],
      loads: [],
      sentences: ['No module is loaded or unloaded by this.'],
    });
  });
  test('a label that selects begins to load, and says where that spoils the module', async () => {
    const { loads, sentences } = await ask({ spokes: ['c'], set: { site: 'north' } });
    expect(loads).toEqual([{ module: 'kmm-kmod', spoke: 'c' }]);
    expect(sentences[0]).toContain('c runs 5.14.0-1.aarch64, which no mapping of kmm-kmod covers');
  });
  test('deleting a ManagedCluster takes its works, and waits where nobody answers', async () => {
    const { unloads, sentences } = await ask({ spokes: ['b'], detach: true });
    expect(unloads).toEqual([{ module: 'kmm-kmod', spoke: 'b' }]);
    expect(sentences[1]).toContain('1 spoke leaves the hub, and 1 manifest work with it');
    expect(sentences[2]).toContain("b can't be reached: the deletion waits");
  });
  test('a spoke nobody knows, and a change that is none, are refused', async () => {
    expect(await refusal(() => ask({ spokes: ['z'], remove: ['site'] }))).toMatchObject({
      code: 'spoke.unknown',
      field: 'spokes',
    });
    expect(await refusal(() => ask({ spokes: ['a'] }))).toMatchObject({ code: 'input.invalid', field: 'set' });
    expect(await refusal(() => ask({ spokes: ['a'], detach: true, remove: ['x'] }))).toMatchObject({ field: 'detach' });
    expect(await refusal(() => ask({ spokes: ['a'], set: { x: '1' }, remove: ['x'] }))).toMatchObject({
      field: 'remove',
    });
  });
});

describe('the change itself', () => {
  test('what unloads needs the name typed, and nothing is sent before', async () => {
    const why = await refusal(() => change({ spokes: ['a'], remove: ['site'] }));
    expect(why).toMatchObject({ code: 'spoke.confirm', field: 'confirm', about: ['a'] });
    expect(why.message).toContain('kmm-kmod is unloaded from 1 spoke');
    expect(sent).toEqual([]);
    expect(await change({ spokes: ['a'], remove: ['site'] }, 'a')).toMatchObject({ done: 1, refused: [] });
    expect(sent).toEqual([['merge', 'a', { metadata: { labels: { site: null } } }]]);
  });
  test('a label that unloads nothing needs no word; several spokes are confirmed by their number', async () => {
    await change({ spokes: ['a'], set: { rack: '1' } });
    expect(sent).toEqual([['merge', 'a', { metadata: { labels: { rack: '1' } } }]]);
    expect(await refusal(() => change({ spokes: ['a', 'b'], detach: true }, 'a'))).toMatchObject({
      remedy: 'To do it, give 2 as confirmation.',
    });
    expect(await change({ spokes: ['a', 'b'], detach: true }, '2')).toMatchObject({ done: 2 });
    expect(sent.slice(1)).toEqual([
      ['remove', 'a', { propagation: 'Background', uid: 'uid-a' }],
      ['remove', 'b', { propagation: 'Background', uid: 'uid-b' }],
    ]);
  });
});
