import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KindName } from '../kube/resources.ts';
import { createObjects } from '../store/objects.ts';
import { createHubs } from './hubs.ts';
import { createFakeHub, type FakeHub } from './testing/fake-hub.ts';
import { createRoom, type Room, until } from './testing/room.ts';

const everything: KindName[] = ['ManagedCluster', 'ManifestWork', 'ManagedClusterInfo'];
let fake: FakeHub;
let room: Room;
beforeEach(() => {
  fake = createFakeHub(everything);
  room = createRoom(fake);
  for (let n = 0; n < 5; n += 1) fake.put('ManagedCluster', `s${n}`);
});
afterEach(() => room.close());

const stored = (hub: string, kind: string) =>
  createObjects(room.store)
    .keys(hub, kind)
    .map(({ name }) => name)
    .sort();
const get = (hub: string) => room.hubs.handlers['hubs.get']({ hub });
const phase = async (hub: string) => (await get(hub)).phase;
const live = (hub: string) => until(async () => (await phase(hub)) === 'live', 'the hub to be live');
const feed = async (hub: string, kind: string) =>
  (await room.hubs.handlers['hubs.feeds']({ hub })).feeds.find((one) => one.kind === kind)!;
const asked = (kind: string) => fake.log.filter((line) => line.includes(kind));

describe('reading', () => {
  it('lists in pages, then follows; clusters first; kinds that are not served are a state', async () => {
    fake.pageSize = 2;
    const hub = await room.connect();
    await live(hub);
    expect(stored(hub, 'ManagedCluster')).toEqual(['s0', 's1', 's2', 's3', 's4']);
    expect(room.changes.every(({ listing }) => listing)).toBe(true);
    expect(fake.log.indexOf('list ManifestWork')).toBeGreaterThan(fake.log.indexOf('list ManagedCluster'));
    expect(await feed(hub, 'ManagedCluster')).toMatchObject({ state: 'live', rows: 5, resourceVersion: '105' });
    expect(await feed(hub, 'Policy')).toMatchObject({ state: 'absent', rows: 0 });

    fake.put('ManagedCluster', 's5');
    fake.put('ManagedCluster', 's0');
    fake.remove('ManagedCluster', 's1');
    await until(() => room.changes.length === 8, 'three changes');
    expect(room.changes.slice(5)).toMatchObject([
      { name: 's5', listing: false, hubAt: '2030-01-01T00:00:00Z' },
      { name: 's0' },
      { name: 's1', object: undefined },
    ]);
    expect(stored(hub, 'ManagedCluster')).toEqual(['s0', 's2', 's3', 's4', 's5']);
  });
  it('tells windows of a thousand changes a few times', async () => {
    const hub = await room.connect();
    await live(hub);
    room.events.length = 0;
    for (let n = 0; n < 1000; n += 1) fake.put('ManagedCluster', `n${n}`);
    await until(() => room.changes.length === 1005, 'all changes');
    await until(() => room.events.some(({ name }) => name === 'rows.changed'), 'an event');
    expect(room.events.filter(({ name }) => name === 'rows.changed').length).toBeLessThan(4);
    expect(room.events.find(({ name }) => name === 'rows.changed')?.data).toEqual({ hub, tables: ['spoke'] });
  });
  it('a second connection goes on where the first ended, with a watch', async () => {
    const hub = await room.connect();
    await live(hub);
    fake.bookmark();
    await until(async () => (await feed(hub, 'ManagedCluster')).resourceVersion === '106', 'the bookmark');
    await room.hubs.handlers['hubs.disconnect']({ hub });
    expect(await get(hub)).toMatchObject({ phase: 'disconnected', dataFrom: expect.any(String) });
    expect(fake.closed).toBe(true);
    fake.log.length = 0;
    fake.put('ManagedCluster', 'late');
    await room.connect();
    await live(hub);
    // Live means current: what happened in between has been read by then.
    expect(stored(hub, 'ManagedCluster')).toContain('late');
    expect(asked('ManagedCluster')).not.toContain('list ManagedCluster');
    expect(fake.log).toContain('watch ManagedCluster from 106');
    const told = room.store.db.prepare('select event from timeline where hub = ? order by id').pluck().all(hub);
    expect(told).toEqual(['hubConnected', 'hubSynced', 'hubConnected', 'hubSynced']);
  });
});

describe('what networks and servers do', () => {
  it('a hub that holds its connections open and gives no answer is stale, not live; its watches are opened anew when it is back', async () => {
    const hub = await room.connect();
    await live(hub);
    fake.fail.list.push(...Array.from({ length: 40 }, () => 'kube.unreachable'));
    const watches = asked('watch ManagedCluster').length;
    for (let turn = 0; turn < 6; turn += 1) {
      room.clock.ahead += 8000;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await until(async () => (await phase(hub)) === 'stale', 'the silence to be noticed');
    expect((await get(hub)).fault).toMatchObject({ code: 'kube.unreachable' });
    expect(room.hubs.sessions.isLive(hub, 'ManagedCluster')).toBe(false);
    await live(hub);
    expect(fake.fail.list).toEqual([]);
    await until(() => asked('watch ManagedCluster').length > watches, 'a new watch');
  });
  it('410: lists again, sweeps what has gone, and what changed meanwhile is told', async () => {
    const hub = await room.connect();
    await live(hub);
    room.changes.length = 0;
    fake.cut();
    fake.remove('ManagedCluster', 's1');
    fake.put('ManagedCluster', 's2');
    fake.compact();
    await until(() => room.changes.length >= 2 && !stored(hub, 'ManagedCluster').includes('s1'), 'the sweep');
    expect(room.changes.map(({ name, object }) => [name, object === undefined])).toEqual(
      expect.arrayContaining([
        ['s2', false],
        ['s1', true],
      ]),
    );
    await live(hub);
  });
  it.each(['kube.tooManyRequests', 'kube.serverError', 'kube.unreachable', 'kube.unauthorized'])(
    '%s on lists and watches: tries again with growing, spread waits',
    async (code) => {
      fake.fail.list.push(code, code, code);
      const hub = await room.connect();
      await live(hub);
      expect(stored(hub, 'ManagedCluster')).toHaveLength(5);
      expect(room.waits.filter((ms) => ms < 30_000)).toEqual(expect.arrayContaining([375, 750, 1500]));
      fake.fail.watch.push(code);
      fake.cut(code);
      await until(() => fake.fail.watch.length === 0, 'the failing watch');
      fake.put('ManagedCluster', 'after');
      await until(() => stored(hub, 'ManagedCluster').includes('after'), 'the change after it');
    },
  );
  it('a list that breaks half way starts again and loses nothing', async () => {
    fake.pageSize = 2;
    const hub = await room.connect();
    await live(hub);
    fake.cut();
    fake.compact();
    // Its first page comes, its second fails.
    const answer = fake.client.list;
    let broken = 0;
    fake.client.list = async function* (...given) {
      for await (const page of answer(...given)) {
        yield page;
        if (given[0].kind === 'ManagedCluster' && broken++ === 0) throw new Error('socket hang up');
      }
    };
    fake.cut();
    await until(() => broken > 1, 'the second list');
    await live(hub);
    expect(stored(hub, 'ManagedCluster')).toHaveLength(5);
  });
  it('is stale with the reason while the hub is away, and live again afterwards', async () => {
    const hub = await room.connect();
    await live(hub);
    fake.fail.watch.push(...Array<string>(200).fill('kube.unreachable'));
    fake.cut('kube.unreachable');
    await until(async () => (await phase(hub)) === 'stale', 'stale');
    expect((await get(hub)).fault?.code).toBe('kube.unreachable');
    expect(room.hubs.sessions.isLive(hub, 'ManagedCluster')).toBe(false);
    expect(stored(hub, 'ManagedCluster')).toHaveLength(5);
    fake.fail.watch.length = 0;
    await live(hub);
    expect(room.hubs.sessions.isLive(hub, 'ManagedCluster')).toBe(true);
    expect((await get(hub)).fault).toBeUndefined();
  });
  it('after a sleep of the machine every watch is opened anew', async () => {
    const hub = await room.connect();
    await live(hub);
    fake.log.length = 0;
    room.clock.ahead = 3_600_000;
    await until(() => asked('watch ManagedCluster').length > 0, 'a new watch');
    await live(hub);
  });
  it('a disk that is full while rows are written: says so, and goes on without a gap', async () => {
    const hub = await room.connect();
    await live(hub);
    let full = true;
    room.onChange = ({ name }) => {
      if (name === 'big' && full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    fake.put('ManagedCluster', 'before');
    fake.put('ManagedCluster', 'big');
    fake.put('ManagedCluster', 'behind');
    await until(async () => (await feed(hub, 'ManagedCluster')).fault?.message.includes('full'), 'the fault');
    expect(stored(hub, 'ManagedCluster')).not.toContain('behind');
    full = false;
    await until(() => stored(hub, 'ManagedCluster').includes('behind'), 'all rows');
    expect(stored(hub, 'ManagedCluster')).toEqual(expect.arrayContaining(['before', 'big', 'behind']));
    await live(hub);
  });
});

describe('kinds and rights', () => {
  it('a right that is missing is a state of its feed; it is found once given and asked for', async () => {
    fake.forbidden.add('ManifestWork');
    const hub = await room.connect();
    await live(hub);
    expect(await feed(hub, 'ManifestWork')).toMatchObject({ state: 'forbidden', fault: { code: 'kube.forbidden' } });
    fake.forbidden.clear();
    fake.put('ManifestWork', 'w', 's1');
    room.hubs.sessions.rediscover(hub);
    await until(() => stored(hub, 'ManifestWork').includes('w'), 'the work');
  });
  it('a kind that comes later is found by rediscover without cutting live watches', async () => {
    const hub = await room.connect();
    await live(hub);
    fake.log.length = 0;
    fake.served.add('ManagedClusterModule');
    fake.put('ManagedClusterModule', 'kmm-kmod');
    room.hubs.sessions.rediscover(hub);
    await until(() => stored(hub, 'ManagedClusterModule').includes('kmm-kmod'), 'the module');
    expect(asked('watch ManagedCluster from')).toEqual([]);
  });
  it('a kind that goes takes its rows with it, but only when it stays away', async () => {
    fake.put('ManifestWork', 'w', 's1');
    const hub = await room.connect();
    await live(hub);
    fake.served.delete('ManifestWork');
    fake.cut('kube.notFound');
    await until(async () => (await feed(hub, 'ManifestWork')).state === 'absent', 'absent');
    expect(stored(hub, 'ManifestWork')).toEqual(['w']);
    room.hubs.sessions.rediscover(hub);
    await until(() => stored(hub, 'ManifestWork').length === 0, 'the sweep');
    expect(room.changes.at(-1)).toMatchObject({ kind: 'ManifestWork', namespace: 's1', name: 'w', object: undefined });
  });
  it('a hub whose clusters may not be read is refused', async () => {
    fake.forbidden.add('ManagedCluster');
    const hub = await room.connect();
    await until(async () => (await phase(hub)) === 'refused', 'refused');
    expect((await get(hub)).fault?.code).toBe('kube.forbidden');
  });
});

describe('connecting', () => {
  it.each([
    ['kube.unreachable', 'hub.unreachable', 'disconnected'],
    ['kube.certificateExpired', 'hub.certificateExpired', 'refused'],
    ['kube.certificateHost', 'hub.certificateHost', 'refused'],
    ['kube.certificateUnknown', 'hub.certificateUnknown', 'refused'],
    ['kube.unauthorized', 'hub.unauthorized', 'refused'],
  ])('%s becomes %s', async (thrown, code, standing) => {
    fake.fail.version.push(thrown);
    await expect(room.connect()).rejects.toMatchObject({ fault: { code } });
    const { hubs } = await room.hubs.handlers['hubs.list']({});
    expect(hubs[0]).toMatchObject({ phase: standing, fault: { code } });
    expect(fake.closed).toBe(true);
    expect(() => room.hubs.sessions.client(hubs[0]!.id)).toThrow(/not connected/);
  });
  it('no hub of clusters, and no right to see them', async () => {
    fake.served.delete('ManagedCluster');
    await expect(room.connect()).rejects.toMatchObject({ fault: { code: 'hub.noOcm' } });
    fake.served.add('ManagedCluster');
    fake.client.may = async () => [false];
    await expect(room.connect()).rejects.toMatchObject({ fault: { code: 'hub.forbidden' } });
  });
  it('tells listeners once each way, and two calls at once make one connection', async () => {
    const heard: boolean[] = [];
    room.hubs.sessions.onConnected((_, connected) => heard.push(connected));
    const hub = await room.connect();
    await Promise.all([room.connect(), room.connect()]);
    await live(hub);
    await room.hubs.handlers['hubs.disconnect']({ hub });
    expect(heard).toEqual([true, false]);
    expect(asked('list ManagedClusterInfo')).toHaveLength(1);
  });
});

describe('knowing hubs', () => {
  it('keeps pasted kubeconfigs for this user only, and forgets all with the hub', async () => {
    const { handlers } = room.hubs;
    const hub = await room.connect();
    await live(hub);
    const file = join(room.home, 'kubeconfigs', `${hub}.yaml`);
    expect(readFileSync(file, 'utf8')).toBe('x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(handlers['hubs.add']({ source: { text: 'x' }, practice: false })).rejects.toMatchObject({
      fault: { code: 'hub.exists', about: [hub] },
    });
    await handlers['hubs.remove']({ hub });
    expect(existsSync(file)).toBe(false);
    expect(room.store.db.prepare('select count(*) from object').pluck().get()).toBe(0);
    expect(() => handlers['hubs.get']({ hub })).toThrow(/no hub/);
  });
  it('an unknown context is named with those that are there', async () => {
    await expect(
      room.hubs.handlers['hubs.add']({ source: { text: 'x' }, context: 'nope', practice: false }),
    ).rejects.toMatchObject({ fault: { code: 'kubeconfig.unknownContext', field: 'context', about: ['test'] } });
  });
  it('consent that is missing is passed on with its keys', async () => {
    const hubs = createHubs({
      ...{ store: room.store, clock: room.clock, home: room.home, random: () => 0, emit: () => {} },
      inspect: async () => ({ contexts: [], warnings: [] }),
      connect: async ({ allow }) => {
        throw Object.assign(new Error(), { fault: undefined, allowed: allow('key') });
      },
    });
    await room.hubs.handlers['hubs.add']({ source: { text: 'x' }, practice: false });
    await hubs.handlers['hubs.answer']({ answers: [{ key: 'key', allow: true }] });
    const id = (await hubs.handlers['hubs.list']({})).hubs[0]!.id;
    const error = (await Promise.resolve(hubs.handlers['hubs.connect']({ hub: id })).catch((thrown) => thrown)) as {
      cause: { allowed: string };
    };
    expect(error.cause.allowed).toBe('yes');
  });
});
