import { beforeEach, describe, expect, it } from 'vitest';
import type { Plan, PlanImage, Run } from '../../shared/contract/mirror.ts';
import { createBundleRecords } from './bundles.ts';
import { createImageSets } from './image-sets.ts';
import { createMirrorEvents } from './mirror-events.ts';
import { openStore, type Store } from './open.ts';
import { createPlans } from './plans.ts';
import { createRuns } from './runs.ts';
import { createSiteUploads } from './site-uploads.ts';
import { createSites } from './sites.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:');
});
const fault = { code: 'x.y', message: 'M', remedy: 'R' };

describe('image sets', () => {
  it('keep what they named before when a look was not whole', () => {
    const sets = createImageSets(store);
    sets.put({ name: 's', yaml: 'y', saved_at: 't1', sentence: '' });
    sets.resolved('s', ['a', 'b'], true, 't2');
    sets.resolved('s', ['b', 'c'], false, 't3');
    expect(sets.get('s')).toMatchObject({ names: ['b', 'c', 'a'], planned_at: 't3' });
    sets.resolved('s', ['c'], true, 't4');
    expect(sets.all()).toMatchObject([{ names: ['c'] }]);
    // Saved again, its last look stays.
    sets.put({ name: 's', yaml: 'z', saved_at: 't5', sentence: 'new' });
    expect(sets.get('s')).toMatchObject({ yaml: 'z', names: ['c'], planned_at: 't4' });
    sets.resolved('none', ['x'], false, 't');
    expect([sets.remove('s'), sets.remove('s'), sets.get('s')]).toEqual([true, false, undefined]);
  });
});

describe('plans', () => {
  const plan = (id: string, site = '') =>
    ({ id, set: 's', site, madeAt: `t${id}`, images: 0, gaps: [], warnings: [] }) as unknown as Plan;
  const image = (name: string, more: Partial<PlanImage> = {}): PlanImage => ({
    ...{ name, category: 'additional', digest: '', target: '', blobs: 1, bytes: 10, newBytes: 4, hereBytes: 6 },
    ...{ siteBytes: null, ...more },
  });
  it('are kept until the next of the same set and site, and page their images', () => {
    const plans = createPlans(store);
    plans.put(plan('1'), [image('a'), image('bad', { fault }), image('c', { siteBytes: 3 })]);
    plans.put(plan('2', 'north'), [image('other', { bytes: 99 })]);
    const page = (more: object = {}) =>
      plans.images({ id: '1', search: '', failed: false, offset: 0, limit: 2, ...more });
    expect(page()).toMatchObject({
      total: 3,
      rows: [
        // What cannot be had comes first.
        { name: 'bad', fault },
        { name: 'a', siteBytes: null },
      ],
    });
    expect(page({ offset: 2 }).rows).toEqual([image('c', { siteBytes: 3 })]);
    expect(page({ failed: true })).toMatchObject({ total: 1, rows: [{ name: 'bad' }] });
    expect(page({ search: 'c' }).total).toBe(1);
    expect(plans.sizes('s')).toEqual(new Map([['other', { bytes: 99, share: 10 }]]));
    plans.put(plan('3'), [image('a')]);
    expect([plans.get('1'), plans.get('2')?.site, plans.get('3')?.id]).toEqual([undefined, 'north', '3']);
    expect(page().total).toBe(0);
  });
});

describe('runs', () => {
  const begin = (id: string, kind: Run['kind'] = 'pull') => {
    const runs = createRuns(store);
    runs.insert({ id, kind, set: 's', place: 'p', startedAt: `t${id}` }, { set: 's' });
    return runs;
  };
  it('count their images from the rows, and rewind what a crash cut short', () => {
    const runs = begin('1');
    runs.addImages('1', [{ name: 'a', bytes: 5, wanted: { n: 1 } }, { name: 'b' }, { name: 'gap', fault }]);
    runs.setImage('1', 0, { state: 'done', bytes: 7, bytesDone: 7 });
    runs.setImage('1', 1, { state: 'running', bytes: 9, bytesDone: 2 });
    expect(runs.get('1')).toMatchObject({
      ...{ run: { state: 'running', images: 3, imagesDone: 1, imagesFailed: 1 }, input: { set: 's' } },
    });
    expect(runs.sizes('1')).toEqual({ waiting: 0, done: 7 });
    runs.interruptOpen();
    expect(runs.get('1')?.run.state).toBe('interrupted');
    expect(runs.items('1').map(({ name, state }) => [name, state])).toEqual([
      ['a', 'done'],
      ['b', 'waiting'],
      ['gap', 'failed'],
    ]);
    expect(runs.items('1', 'waiting')).toMatchObject([{ seq: 1, name: 'b', bytes: 9, wanted: {} }]);
    expect(runs.sizes('1')).toEqual({ waiting: 9, done: 7 });
    runs.leave('1');
    // Failed ones first: they are what people look for.
    const { total, rows } = runs.images({ id: '1', state: [], search: '', offset: 0, limit: 2 });
    expect([total, rows.map(({ name, state }) => `${name} ${state}`)]).toEqual([3, ['gap failed', 'a done']]);
  });

  it('tell the rate of the newest that moved enough to tell', () => {
    const runs = begin('1');
    const moved = (id: string, bytesMoved: number, bytesPerSecond: number | null) =>
      runs.update({ ...runs.get(id)!.run, state: 'done', bytesMoved, bytesPerSecond });
    expect(runs.lastRate('pull')).toBeNull();
    moved('1', 500, 10);
    expect(runs.lastRate('pull')).toBe(10);
    for (const [id, bytes, rate] of [
      ['2', 2_000_000, 200],
      ['3', 5_000_000, 300],
      ['4', 100, 1],
      ['5', 0, null],
    ] as const) {
      begin(id);
      moved(id, bytes, rate);
    }
    expect(runs.lastRate('pull')).toBe(300);
    expect(runs.lastRate('push')).toBeNull();
  });

  it('remember the last verification and what it found', () => {
    const runs = begin('1', 'verify');
    expect(runs.lastVerified()).toBeUndefined();
    runs.addImages('1', [{ name: 'a' }, { name: 'b' }]);
    for (const seq of [0, 1])
      runs.setImage('1', seq, { state: 'failed', bytes: 0, bytesDone: 0, fault: { ...fault, about: ['z', 'y'] } });
    runs.update({ ...runs.get('1')!.run, state: 'gaps', endedAt: 't9' });
    begin('2', 'verify');
    expect(runs.lastVerified()).toEqual({ at: 't9', damaged: ['y', 'z'] });
  });

  it('thousands of images are paged without reading them all', () => {
    const runs = begin('1');
    runs.addImages(
      '1',
      Array.from({ length: 5_000 }, (_, n) => ({ name: `image-${n}`, wanted: { text: 'x'.repeat(500) } })),
    );
    const begun = performance.now();
    for (let n = 0; n < 20; n += 1) runs.images({ id: '1', state: ['waiting'], search: '', offset: n * 50, limit: 50 });
    for (let n = 0; n < 20; n += 1) runs.get('1');
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(runs.images({ id: '1', state: ['waiting'], search: 'image-4999', offset: 0, limit: 5 }).total).toBe(1);
  });
});

describe('sites', () => {
  it('a tag that names another image is one row; what was not seen lately is told', () => {
    const sites = createSites(store);
    const row = { id: 'n', name: 'N', role: 'site' as const, address: 'a', ca: '', user: '', created_at: 't' };
    sites.put({ ...row, plain_http: 0, insecure_tls: 0 });
    const put = (tag: string, digest: string, at: string) =>
      sites.putImage('n', { repository: 'r', tag, digest, at, image: { tag } as never });
    put('1', 'd1', 't1');
    put('1', 'd2', 't2');
    put('2', 'd3', 't3');
    expect(sites.images('n').map(({ tag, digest }) => `${tag} ${digest}`)).toEqual(['1 d2', '2 d3']);
    expect([sites.allSeenSince('n', 't2'), sites.allSeenSince('n', 't3')]).toEqual([true, false]);
    sites.seen('n', { repository: 'r', tag: '2', digest: 'd3' }, 1, 't4');
    expect([sites.imageCount('n'), sites.allSeenSince('n', 't1')]).toEqual([1, false]);
    expect(sites.images('n')[1]).toMatchObject({ missing: 1, seen_at: 't3' });
    sites.remove('n');
    expect(sites.images('n')).toEqual([]);
  });
});

describe('uploads', () => {
  it('are of one site, at the address it has, and are let go with it or when nobody went on', () => {
    const [sites, uploads] = [createSites(store), createSiteUploads(store)];
    const row = { role: 'site' as const, ca: '', user: '', created_at: 't', plain_http: 0, insecure_tls: 0 } as const;
    for (const id of ['n', 's']) sites.put({ ...row, id, name: id, address: `${id}.example` });
    const of = (site: string, more: object = {}) => ({
      ...{ site, address: `${site}.example`, repository: 'r', digest: 'd', ...more },
    });
    const at = (location: string, offset: number) => ({ location, offset });
    uploads.put(of('n'), at('l1', 0), 't1');
    uploads.put(of('n'), at('l2', 7), 't2');
    uploads.put(of('s'), at('other', 9), 't3');
    expect(uploads.get(of('n'))).toEqual(at('l2', 7));
    for (const more of [{ address: 'moved' }, { repository: 'x' }, { digest: 'x' }])
      expect(uploads.get(of('n', more))).toBeUndefined();
    uploads.remove(of('n', { digest: 'x' }));
    expect([uploads.sweep('t2'), uploads.get(of('n'))?.offset]).toEqual([0, 7]);
    expect([uploads.sweep('t3'), uploads.get(of('n'))]).toEqual([1, undefined]);
    uploads.put(of('n'), at('l3', 1), 't4');
    uploads.remove(of('n'));
    expect([uploads.get(of('n')), uploads.get(of('s'))]).toEqual([undefined, at('other', 9)]);
    sites.remove('s');
    expect(uploads.get(of('s'))).toBeUndefined();
  });
});

describe('bundles and history', () => {
  it('know the newest that a site acknowledged, and list the newest first', () => {
    const records = createBundleRecords(store);
    for (const [id, at] of [
      ['a', 't1'],
      ['b', 't2'],
    ] as const)
      records.put({ id, direction: 'out', parent: '', site: 'n', path: 'p', at, facts_json: '{}' });
    expect(records.lastAcknowledged('n')).toBeUndefined();
    expect([records.acknowledge('a', 't3'), records.acknowledge('none', 't3')]).toEqual([true, false]);
    expect(records.lastAcknowledged('n')?.id).toBe('a');
    // Written again under the same id, it stays acknowledged.
    records.put({ id: 'a', direction: 'out', parent: '', site: 'n', path: 'q', at: 't4', facts_json: '{}' });
    expect(records.all().map(({ id, acknowledged_at }) => [id, acknowledged_at])).toEqual([
      ['a', 't3'],
      ['b', null],
    ]);
    const events = createMirrorEvents(store);
    for (const n of [1, 2, 3]) events.add({ at: 't', what: 'pull', place: '', sentence: `${n}` });
    expect(events.page(0, 2)).toMatchObject({ total: 3, rows: [{ sentence: '3' }, { sentence: '2' }] });
  });
});
