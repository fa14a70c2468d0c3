import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Core, createCore } from '../../lab/apiserver/core.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { type ApiFront, type HttpFault, serveApi } from '../../lab/apiserver/http/serve.ts';
import { createLabClock, type LabClock } from '../../lab/clock.ts';
import { kinds } from '../../lab/kinds.ts';
import { kmmHubKinds } from '../../lab/schemas/kmm.ts';
import { ocmHubKinds } from '../../lab/schemas/ocm.ts';
import { systemClock } from '../../shared/clock.ts';
import { createFleetProjector } from '../fleet/projector.ts';
import { cluster } from '../fleet/testing/room.ts';
import { createKubeClient, inspectKubeconfig } from '../kube/kube.ts';
import { openStore, type Store } from '../store/open.ts';
import { createHubs, type Hubs } from './hubs.ts';
import { until } from './testing/room.ts';

const count = 1200;
let clock: LabClock;
let core: Core;
let front: ApiFront;
let store: Store;
let hubs: Hubs;
let hub: string;
const home = mkdtempSync(join(tmpdir(), 'feeds-'));
const asked: string[] = [];
let faults: ((url: string) => HttpFault | undefined) | undefined;

const make = () => {
  const room = createHubs({
    ...{ store, home, clock: systemClock(), random: Math.random, emit: () => {} },
    inspect: inspectKubeconfig,
    connect: createKubeClient,
  });
  room.project([createFleetProjector(store)]);
  return room;
};
const spokes = () =>
  store.db.prepare('select name, availability, labels_json from spoke order by name').all() as {
    name: string;
    availability: string;
    labels_json: string;
  }[];
const hubNames = async () => (await core.list(kinds.ManagedCluster)).items.map(({ metadata }) => metadata.name!).sort();
const phase = async () => (await hubs.handlers['hubs.get']({ hub })).phase;
const live = () => until(async () => (await phase()) === 'live', 'live', 20_000);
const agree = async () => JSON.stringify(spokes().map(({ name }) => name)) === JSON.stringify(await hubNames());

beforeAll(async () => {
  clock = createLabClock(1);
  core = createCore({ clock });
  core.serve(ocmHubKinds);
  for (let n = 0; n < count; n += 1) await core.create(cluster(`sno${n}`));
  front = await serveApi(core, {
    bookmarkMs: 200,
    history: 300,
    faults: ({ url }) => {
      asked.push(url);
      return faults?.(url);
    },
  });
  front.tokens.add('t', { name: 'admin', groups: ['system:masters'] });
  store = openStore(join(home, 'bastion.db'));
  hubs = make();
  const source = { text: kubeconfigText(front, { token: 't' }) };
  hub = (await hubs.handlers['hubs.add']({ source, practice: false })).id;
});
afterAll(async () => {
  await hubs.close();
  store.close();
  await front.close();
  clock.stop();
  rmSync(home, { recursive: true, force: true });
});

it('reads a whole hub in pages and is live', async () => {
  await hubs.handlers['hubs.connect']({ hub });
  await live();
  expect(await agree()).toBe(true);
  expect(spokes()).toHaveLength(count);
  expect(asked.filter((url) => url.includes('managedclusters?') && url.includes('limit=500'))).toHaveLength(3);
});

it('follows changes, additions and deletions, through dropped watches', async () => {
  const busy = (async () => {
    for (let n = 0; n < 400; n += 1) {
      const patch = { metadata: { labels: { turn: String(n) } } };
      await core.patch(kinds.ManagedCluster, `sno${n % 50}`, '', patch, { type: 'merge' });
      if (n % 40 === 0) await core.create(cluster(`new${n}`));
      if (n % 50 === 7) await core.remove(kinds.ManagedCluster, `sno${100 + n}`);
      if (n % 130 === 100) front.dropWatches();
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  await busy;
  await until(agree, 'the same names on both sides', 20_000);
  await until(
    () =>
      spokes()
        .find(({ name }) => name === 'sno49')
        ?.labels_json.includes('399'),
    'the last label',
    20_000,
  );
  const versions = new Map(
    (await core.list(kinds.ManagedCluster)).items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
  );
  const rows = store.db.prepare(`select name, resource_version from object where kind = 'ManagedCluster'`).all() as {
    name: string;
    resource_version: string;
  }[];
  expect(rows.filter(({ name, resource_version }) => versions.get(name) !== resource_version)).toEqual([]);
});

it('a restart goes on with watches alone', async () => {
  await until(
    async () =>
      (await hubs.handlers['hubs.feeds']({ hub })).feeds.every(({ state }) => state === 'live' || state === 'absent'),
    'all live',
  );
  await hubs.close();
  await core.patch(kinds.ManagedCluster, 'sno1', '', { metadata: { labels: { while: 'away' } } }, { type: 'merge' });
  asked.length = 0;
  hubs = make();
  await hubs.handlers['hubs.connect']({ hub });
  await live();
  await until(
    () =>
      spokes()
        .find(({ name }) => name === 'sno1')
        ?.labels_json.includes('away'),
    'what happened meanwhile',
  );
  expect(asked.filter((url) => url.includes('limit=500'))).toEqual([]);
});

it('a history that is too short for what was missed: lists again and agrees', async () => {
  await hubs.handlers['hubs.disconnect']({ hub });
  for (let n = 0; n < 700; n += 1) {
    await core.patch(
      kinds.ManagedCluster,
      `sno${n % 90}`,
      '',
      { metadata: { labels: { missed: String(n) } } },
      { type: 'merge' },
    );
  }
  await core.remove(kinds.ManagedCluster, 'sno2');
  asked.length = 0;
  await hubs.handlers['hubs.connect']({ hub });
  await live();
  await until(agree, 'agreement');
  expect(asked.some((url) => url.includes('managedclusters?') && url.includes('limit=500'))).toBe(true);
  expect(spokes().find(({ name }) => name === 'sno69')?.labels_json).toContain('699');
});

it('a server that fails and refuses for a while is lived through', async () => {
  const plan: HttpFault[] = [
    { status: 503 },
    'reset',
    { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 },
  ];
  faults = (url) => (url.includes('watch=') ? plan.shift() : undefined);
  front.dropWatches();
  await until(() => plan.length === 0, 'all faults used', 20_000);
  faults = undefined;
  await core.patch(kinds.ManagedCluster, 'sno3', '', { metadata: { labels: { after: 'storm' } } }, { type: 'merge' });
  await until(
    () =>
      spokes()
        .find(({ name }) => name === 'sno3')
        ?.labels_json.includes('storm'),
    'the change after',
    40_000,
  );
  await live();
});

it('kinds that an operator brings are found', async () => {
  core.serve(kmmHubKinds);
  await until(
    async () => {
      hubs.sessions.rediscover(hub);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return hubs.sessions.isLive(hub, 'ManagedClusterModule');
    },
    'the new kind',
    20_000,
  );
});

it('a token that is taken away is said, and the rows stay', async () => {
  front.tokens.add('t', { name: 'admin', groups: [] }, clock.now() - 1);
  front.dropWatches();
  await until(async () => ['stale', 'refused'].includes(await phase()), 'stale or refused', 20_000);
  expect((await hubs.handlers['hubs.get']({ hub })).fault?.code).toBe('kube.unauthorized');
  expect(spokes().length).toBeGreaterThan(count - 20);
});
