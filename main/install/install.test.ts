import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCore } from '../../lab/apiserver/core.ts';
import { kubeconfigText } from '../../lab/apiserver/http/kubeconfig.ts';
import { createLogins, type Logins } from '../../lab/apiserver/http/logins.ts';
import { type ApiFront, serveApi } from '../../lab/apiserver/http/serve.ts';
import { kinds } from '../../lab/kinds.ts';
import { acmKinds } from '../../lab/schemas/acm.ts';
import { kmmHubKinds } from '../../lab/schemas/kmm.ts';
import { ocmHubKinds } from '../../lab/schemas/ocm.ts';
import { olmKinds } from '../../lab/schemas/olm.ts';
import { systemClock } from '../../shared/clock.ts';
import { installCalls } from '../../shared/contract/install.ts';
import type { Parsed } from '../../shared/contract.ts';
import { toFault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { createKubeClient } from '../kube/kube.ts';
import type { KubeClient } from '../kube/types.ts';
import { createIntents } from '../store/intents.ts';
import { openStore, type Store } from '../store/open.ts';
import { createTimeline } from '../store/timeline.ts';
import { createInstall } from './install.ts';

const hub = 'h1';
const clock = systemClock();
let core: ReturnType<typeof createCore>;
let front: ApiFront;
let logins: Logins;
let client: KubeClient;
let reader: KubeClient;
let store: Store;
let current: KubeClient | undefined;
let rediscovered: number;

async function start(served: readonly (typeof olmKinds)[]): Promise<void> {
  core = createCore({ clock });
  for (const kindsOf of served) core.serve(kindsOf);
  front = await serveApi(core);
  logins = await createLogins(core, front);
  const connect = (login: Parameters<typeof kubeconfigText>[1]) =>
    createKubeClient({ source: { text: kubeconfigText(front, login) }, allow: () => 'no', clock });
  client = await connect(logins.engineer);
  reader = await connect(logins.reader);
  for (const name of ['openshift-marketplace', 's1', 's2', 's3'])
    await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}
const make = (object: KubeObject) => core.as('someone').create(object);

function openRoom(): ReturnType<typeof createInstall>['handlers'] {
  store = openStore(':memory:');
  store.db
    .prepare(
      `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values (?, 'h', 'c', 's', 'system-ca', 0, '{}', '2026-11-22T10:00:00Z')`,
    )
    .run(hub);
  const spoke = store.db.prepare(
    `insert into spoke (hub, name, availability, operative, reason, since, created_at, labels_json) values (?, ?, ?, 1, '', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z', ?)`,
  );
  for (const [name, availability] of [
    ['s1', 'available'],
    ['s2', 'unknown'],
    ['s3', 'available'],
    ['s4', 'joining'],
  ] as const) {
    spoke.run(hub, name, availability, JSON.stringify({ site: name === 's3' ? 'east' : 'west' }));
  }
  rediscovered = 0;
  return roomOn(store);
}
function roomOn(opened: Store): ReturnType<typeof createInstall>['handlers'] {
  const sessions: Sessions = {
    client: () => current!,
    peek: () => current,
    hubNow: () => '2026-11-22T12:00:00Z',
    isLive: () => true,
    onConnected: () => () => {},
    rediscover: () => {
      rediscovered += 1;
    },
  };
  return createInstall({ store: opened, sessions, clock, emit: () => {} }).handlers;
}
let room: ReturnType<typeof openRoom>;
const plan = (input: object) => room['install.plan'](installCalls['install.plan'].input.parse({ hub, ...input }));
const apply = (input: object) =>
  room['install.apply'](installCalls['install.apply'].input.parse({ hub, ...input }) as Parsed<'install.apply'>);
const refusal = (work: () => unknown) =>
  Promise.resolve()
    .then(work)
    .then(() => undefined, toFault);
const changes = async (input: object) =>
  (await plan(input)).diffs.map(({ kind, name, change }) => `${change} ${kind} ${name}`);

const source = (name: string, state = 'READY'): KubeObject => ({
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'CatalogSource',
  metadata: { name, namespace: 'openshift-marketplace' },
  spec: { sourceType: 'grpc' },
  status: { connectionState: { lastObservedState: state } },
});

describe('a hub with OLM, OCM and policies', () => {
  beforeAll(async () => {
    await start([ocmHubKinds, acmKinds, olmKinds]);
    const made = await make(source('cs-bastion'));
    await core.as('olm').update({ ...made, status: { connectionState: { lastObservedState: 'READY' } } }, 'status');
    await make({
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSet',
      metadata: { name: 'global' },
      spec: {},
    });
  });
  afterAll(async () => {
    client.close();
    reader.close();
    await front.close();
  });
  beforeEach(() => {
    current = client;
    room = openRoom();
  });
  const params = { source: 'cs-bastion' };

  it('plans, applies and finds nothing left to do', async () => {
    expect(await changes({ where: 'hub', params })).toEqual([
      'create Namespace openshift-kmm-hub',
      'create OperatorGroup kernel-module-management-hub',
      'create Subscription kernel-module-management-hub',
    ]);
    expect(await core.get(kinds.Namespace, 'openshift-kmm-hub')).toBeUndefined();
    expect(await apply({ where: 'hub', params })).toMatchObject({ applied: 3 });
    const subscription = await core.get(kinds.Subscription, 'kernel-module-management-hub', 'openshift-kmm-hub');
    expect(subscription?.spec).toMatchObject({ source: 'cs-bastion', channel: 'stable' });
    expect(await changes({ where: 'hub', params })).toEqual([
      'none Namespace openshift-kmm-hub',
      'none OperatorGroup kernel-module-management-hub',
      'none Subscription kernel-module-management-hub',
    ]);
    const [diff] = (await plan({ where: 'hub', params: { ...params, channel: 'alpha' } })).diffs.slice(2);
    expect(diff?.change).toBe('update');
    expect([diff?.before.match(/channel: .*/)?.[0], diff?.after.match(/channel: .*/)?.[0]]).toEqual([
      'channel: stable',
      'channel: alpha',
    ]);
    expect(createIntents(store).list(hub)).toMatchObject([
      { state: 'done', what: 'Install KMM on the hub', who: expect.stringContaining('edge-engineer') },
    ]);
    expect(createTimeline(store).first(hub, 'hubKmmOrdered')?.at).toBe('2026-11-22T12:00:00Z');
    expect(rediscovered).toBe(1);
  });

  it('brings KMM to the spokes by one policy, bound to the set of all clusters', async () => {
    const before = await plan({ where: 'spokes', params });
    expect(before.way).toBe('policy');
    expect(before.diffs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Namespace kmm-bastion',
      'ManagedClusterSetBinding global',
      'Placement install-kmm',
      'Policy install-kmm',
      'PlacementBinding install-kmm',
    ]);
    expect(before.warnings.join()).toContain('CatalogSource cs-bastion');
    expect(before.yaml.split('---\n')).toHaveLength(5);
    expect((await apply({ where: 'spokes', params })).sentence).toMatch(/policy is on the hub/);
    expect(await core.get(kinds.Policy, 'install-kmm', 'kmm-bastion')).toBeDefined();
    expect(await changes({ where: 'spokes', params })).toSatisfy((all: string[]) =>
      all.every((one) => one.startsWith('none')),
    );
  });

  it('names who owns what it would take, and writes nothing', async () => {
    const policy = (await core.get(kinds.Policy, 'install-kmm', 'kmm-bastion'))!;
    await core.as('argocd').update({ ...policy, spec: { ...(policy.spec as object), disabled: true } });
    const { diffs } = await plan({ where: 'spokes', params });
    const refused = diffs.find(({ change }) => change === 'refused');
    expect(refused).toMatchObject({ kind: 'Policy', conflicts: [{ manager: 'argocd', field: '.spec.disabled' }] });
    const fault = await refusal(() => apply({ where: 'spokes', params: { ...params, channel: 'alpha' } }));
    expect(fault).toMatchObject({ code: 'install.conflict', about: ['argocd: .spec.disabled'] });
    expect(JSON.stringify(await core.get(kinds.Policy, 'install-kmm', 'kmm-bastion'))).not.toContain(
      '"channel":"alpha"',
    );
    expect(createIntents(store).list(hub)).toEqual([]);
  });

  it('names a right that is missing', async () => {
    current = reader;
    const { diffs } = await plan({ where: 'hub', params: { ...params, channel: 'alpha' } });
    expect(diffs.every(({ change }) => change === 'refused')).toBe(true);
    const fault = await refusal(() => apply({ where: 'hub', params }));
    expect(fault?.code).toBe('hub.forbidden');
    expect(fault?.message).toMatch(/cannot patch resource "namespaces"/);
  });

  it.each<[Record<string, string>, string, string]>([
    [{ source: 'nope' }, 'install.unknownCatalog', 'params.source'],
    [{ source: 'cs-bastion', channel: ' ' }, 'install.invalid', 'params.channel'],
    [{ source: 'cs-bastion', hubNamespace: 'Bad_Name' }, 'install.invalid', 'params.hubNamespace'],
    [{ source: 'cs-bastion', hubNamespace: 'busy' }, 'install.exists', 'params.hubNamespace'],
  ])('refuses %j', async (bad, code, field) => {
    if (bad.hubNamespace === 'busy' && !(await core.get(kinds.Namespace, 'busy'))) {
      await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'busy' } });
      await make({
        apiVersion: 'operators.coreos.com/v1',
        kind: 'OperatorGroup',
        metadata: { name: 'theirs', namespace: 'busy' },
        spec: {},
      });
    }
    const fault = await refusal(() => plan({ where: 'hub', params: bad }));
    expect(fault).toMatchObject({ code, field });
    expect(fault?.remedy).not.toBe('');
    if (code === 'install.unknownCatalog') expect(fault?.remedy).toContain('openshift-marketplace/cs-bastion');
  });

  it('refuses a selector that no spoke has', async () => {
    const fault = await refusal(() => plan({ where: 'spokes', params: { spokeSelector: { site: 'moon' } } }));
    expect(fault).toMatchObject({ code: 'install.noSpokes', field: 'params.spokeSelector' });
  });

  it('says what is installed, before and after KMM’s kinds are served, and offline', async () => {
    expect((await room['install.status']({ hub })).hub).toMatchObject({ state: 'absent', version: '' });
    core.serve(kmmHubKinds);
    const status = await room['install.status']({ hub });
    expect(status.hub.state).toBe('installed');
    expect(status).toMatchObject({ way: 'policy', spokes: { unknown: 4 } });
    current = undefined;
    expect((await room['install.status']({ hub })).hub.state).toBe('installed');
    // Another engine on the same store, not connected: what the hub was last seen to serve is kept.
    const again = await roomOn(store)['install.status']({ hub });
    expect(again).toMatchObject({ way: 'policy', hub: { state: 'installed' } });
    expect((await openRoom()['install.status']({ hub })).hub.state).toBe('unknown');
  });

  it('follows spokes by page, state and search', async () => {
    store.db
      .prepare(
        `update spoke set kmm = 'installed', kmm_started = '2026-11-22T10:00:00Z', kmm_since = '2026-11-22T10:02:30Z' where name = 's1'`,
      )
      .run();
    const ask = (input: object) =>
      room['install.spokes'](installCalls['install.spokes'].input.parse({ hub, ...input }));
    expect(await ask({ state: ['installed'] })).toMatchObject({
      total: 1,
      rows: [{ spoke: 's1', way: 'unseen', seconds: 150, rights: 'unknown' }],
    });
    expect(await ask({ search: 's', limit: 2, offset: 2 })).toMatchObject({
      total: 4,
      rows: [{ spoke: 's3' }, { spoke: 's4' }],
    });
  });
});

describe('a hub without policies and without OLM', () => {
  beforeAll(() => start([ocmHubKinds]));
  afterAll(async () => {
    client.close();
    reader.close();
    await front.close();
  });
  beforeEach(() => {
    current = client;
    room = openRoom();
  });

  it('names the missing OLM', async () => {
    expect(await refusal(() => plan({ where: 'hub' }))).toMatchObject({ code: 'install.noOlm' });
  });

  it('gives each joined spoke a work, and goes on where one is refused', async () => {
    const { way, total, diffs, yaml } = await plan({ where: 'spokes' });
    expect([way, total, yaml.split('---\n').length]).toEqual(['work', 3, 1]);
    expect(diffs.map(({ namespace, change }) => `${change} ${namespace}`)).toEqual([
      'create s1',
      'create s2',
      'create s3',
    ]);
    await core.remove(kinds.Namespace, 's2');
    const result = await apply({ where: 'spokes', params: {} });
    expect(result.applied).toBe(2);
    expect(result.sentence).toMatch(/2 of 3 spokes.*Refused for 1, first s2/);
    expect(createIntents(store).list(hub)[0]?.state).toBe('failed');
    const { items } = await core.list(kinds.ManifestWork);
    expect(items.map(({ metadata }) => metadata.namespace)).toEqual(['s1', 's3']);
    expect((await plan({ where: 'spokes', params: { spokeSelector: { site: 'east' } } })).total).toBe(1);
  });
});
