import { beforeEach, describe, expect, it } from 'vitest';
import { FleetFilter } from '../../shared/contract/fleet.ts';
import { createAnswers } from './answers.ts';
import { createHubRecords } from './hubs.ts';
import { createIntents } from './intents.ts';
import { createObjects } from './objects.ts';
import { openStore, type Store } from './open.ts';
import { createSpokes, type SpokeFacts } from './spokes.ts';
import { addHub } from './testing/hub-row.ts';
import { createTimeline } from './timeline.ts';
import { createViews } from './views.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:');
  addHub(store, 'h');
  addHub(store, 'other');
});

const pod = (name: string, resourceVersion: string, extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'n', uid: `u-${name}`, resourceVersion, managedFields: [{ manager: 'me' }], ...extra },
});

describe('objects', () => {
  it('are kept without managedFields and written only when their version changes', () => {
    const objects = createObjects(store);
    const first = objects.put('h', 'Pod', pod('a', '1'), 't1');
    expect(first).toMatchObject({ changed: true, isNew: true });
    expect(objects.put('h', 'Pod', pod('a', '1'), 't2')).toEqual({ id: first.id, changed: false, isNew: false });
    expect(objects.put('h', 'Pod', pod('a', '2', { labels: { é: '日本' } }), 't3')).toMatchObject({
      changed: true,
      isNew: false,
    });
    const key = { hub: 'h', kind: 'Pod', namespace: 'n', name: 'a' };
    expect(objects.get(key)).toEqual({
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a', namespace: 'n', uid: 'u-a', resourceVersion: '2', labels: { é: '日本' } },
      },
      seenAt: 't3',
    });
    expect(objects.count('h', 'Pod')).toBe(1);
    expect(objects.count('other', 'Pod')).toBe(0);
    expect(objects.remove(key)).toBe(true);
    expect(objects.remove(key)).toBe(false);
    expect(objects.get(key)).toBeUndefined();
  });
});

describe('timeline', () => {
  it('pages newest first by spoke, module and event, and finds edges by the hub’s own time', () => {
    const timeline = createTimeline(store);
    for (let n = 0; n < 5; n += 1) {
      timeline.add({
        ...{ hub: 'h', at: `2026-01-0${5 - n}`, seenAt: 's', spoke: n % 2 ? 'a' : 'b', module: 'm' },
        ...{ event: n === 4 ? 'loaded' : 'available', sentence: `s${n}`, tone: 'good' },
      });
    }
    const page = (query: object) => timeline.page({ hub: 'h', limit: 10, ...query }).map(({ sentence }) => sentence);
    expect(page({})).toEqual(['s4', 's3', 's2', 's1', 's0']);
    expect(page({ spoke: 'a' })).toEqual(['s3', 's1']);
    expect(page({ events: ['loaded'] })).toEqual(['s4']);
    expect(page({ before: 3 })).toEqual(['s1', 's0']);
    expect(page({ module: 'x' })).toEqual([]);
    expect(timeline.first('h', 'available')?.sentence).toBe('s3');
    expect(timeline.last('h', 'available', 'm')?.sentence).toBe('s0');
    expect(timeline.first('other', 'available')).toBeUndefined();
  });
});

describe('intents', () => {
  it('are begun, ended once, and known as unfinished until then', () => {
    const intents = createIntents(store);
    const id = intents.begin({ hub: 'h', at: 't', who: 'me', what: 'module.apply', input: { a: [1] }, diff: '+x' });
    expect(intents.unfinished()).toMatchObject([{ id, state: 'begun', input: { a: [1] } }]);
    intents.finish(id, 'failed', 'no');
    intents.finish(id, 'done');
    expect(intents.list('h')).toMatchObject([{ id, state: 'failed', result: 'no' }]);
    expect(intents.unfinished()).toEqual([]);
  });
});

describe('answers and views', () => {
  it('an answer is undecided until given, and can be taken back', () => {
    const answers = createAnswers(store);
    expect(answers.get('k')).toBe('undecided');
    answers.put('k', true, 't');
    expect(answers.get('k')).toBe('yes');
    answers.put('k', false, 't');
    expect(answers.get('k')).toBe('no');
  });
  it('a view saved under a known name replaces it', () => {
    const views = createViews(store);
    const filter = FleetFilter.parse({ search: 'x' });
    const { id } = views.save('mine', filter, 'name', false);
    expect(views.save('mine', { ...filter, search: 'y' }, 'since', true).id).toBe(id);
    expect(views.all()).toEqual([
      { id, name: 'mine', filter: { ...filter, search: 'y' }, sort: 'since', descending: true },
    ]);
    expect([views.remove(id), views.remove(id)]).toEqual([true, false]);
  });
});

const facts = (name: string, more: Partial<SpokeFacts> = {}): SpokeFacts => ({
  ...{ hub: 'h', name, availability: 'available', operative: 1, reason: '', openshift: '4.12.3', openshift_sort: '' },
  ...{
    kubernetes: '',
    kernels: 'k1',
    claims_cut: 0,
    nodes: 1,
    node_names_json: '[]',
    label_keys: 'a',
    labels_json: '{}',
  },
  ...{ uid: '', since: 't', created_at: 't', ...more },
});

describe('spoke groups', () => {
  /** The same counts made the slow way. */
  const truth = () =>
    store.db
      .prepare(
        `select hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, count(*) n from spoke
         group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`,
      )
      .all();
  const groups = () =>
    store.db
      .prepare(
        `select hub, availability, operative, openshift, openshift_sort, kernels, kmm, load, loads, label_keys, n from spoke_group
         order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`,
      )
      .all();
  const loose = () =>
    store.db.prepare('select count(*) from spoke where grp not in (select id from spoke_group)').pluck().get();

  it('count what a full count would, after any mix of writes of all rooms', () => {
    const spokes = createSpokes(store);
    // A fixed linear congruential generator: the same run each time.
    let seed = 7;
    const roll = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * n);
    };
    const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!;
    const proof = store.db.prepare(
      `insert or replace into proof (hub, module, spoke, state, cause, reason, remedy, since) values (?, ?, ?, ?, '', '', '', '')`,
    );
    const kmm = store.db.prepare('update spoke set kmm = ?, load = ? where hub = ? and name = ?');
    const unproof = store.db.prepare('delete from proof where hub = ? and module = ? and spoke = ?');
    for (let step = 0; step < 3000; step += 1) {
      const hub = pick(['h', 'other']);
      const name = `s${roll(12)}`;
      const exists = spokes.get(hub, name) !== undefined;
      const what = roll(10);
      if (what < 4) {
        spokes.put(
          facts(name, {
            hub,
            availability: pick(['available', 'unknown']),
            kernels: pick(['', 'k1', 'k1\nk2']),
            operative: roll(2),
          }),
          exists,
        );
      } else if (what < 5) spokes.remove(hub, name);
      else if (what < 7) kmm.run(pick(['installed', 'absent']), pick(['none', 'proven']), hub, name);
      else if (what < 9) proof.run(hub, pick(['m', 'n']), name, pick(['proven', 'failed', 'none']));
      else unproof.run(hub, pick(['m', 'n']), name);
    }
    expect(truth().length).toBeGreaterThan(5);
    expect(groups()).toEqual(truth());
    expect(loose()).toBe(0);
    for (const { name, loads } of store.db.prepare(`select name, loads from spoke where hub = 'h'`).all() as {
      name: string;
      loads: string;
    }[]) {
      const states = store.db
        .prepare(
          `select module || ':' || state from proof where hub = 'h' and spoke = ? and state <> 'none' order by module`,
        )
        .pluck()
        .all(name);
      expect(loads).toBe(states.join(','));
    }
    expect(spokes.count('h')).toBe(spokes.names('h').length);
    const hubs = createHubRecords(store);
    while (hubs.empty('h', 3)) expect(groups()).toEqual(truth());
    hubs.remove('h');
    expect(store.db.prepare(`select count(*) from spoke_group where hub = 'h'`).pluck().get()).toBe(0);
    expect(groups().length).toBeGreaterThan(0);
  });
  it('writes of the fleet leave the columns of other rooms alone', () => {
    const spokes = createSpokes(store);
    spokes.put(facts('a'), false);
    store.db.prepare(`update spoke set kmm = 'installed', kmm_since = 't9', load = 'proven'`).run();
    spokes.put(facts('a', { openshift: '4.12.6' }), true);
    expect(spokes.get('h', 'a')).toMatchObject({
      kmm: 'installed',
      kmm_since: 't9',
      load: 'proven',
      openshift: '4.12.6',
    });
  });
});

describe('query plans', () => {
  it('find the proofs of a spoke by the spoke, not by reading the hub', () => {
    const plan = store.db
      .prepare(`explain query plan select module, state, reason from proof where hub = ? and spoke = ?`)
      .all('h', 's') as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('proof_spoke (hub=? AND spoke=?)');
  });
});
