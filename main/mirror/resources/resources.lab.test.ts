import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../../../lab/kinds.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { createKubeClient } from '../../kube/kube.ts';
import type { KubeClient } from '../../kube/types.ts';
import { createIntents } from '../../store/intents.ts';
import { openStore, type Store } from '../../store/open.ts';
import { type LabHub, startLabHub } from '../../testing/lab-hub.ts';
import { applyResources } from './apply-resources.ts';
import { siteSlug } from './names.ts';
import { planResources, type ResourceRequest } from './plan-resources.ts';
import { sampleSite } from './testing/sample-site.ts';

let lab: LabHub;
let client: KubeClient;
let store: Store;
beforeAll(async () => {
  lab = await startLabHub('site-3', { speed: 120 });
  client = await createKubeClient({
    source: { text: lab.kubeconfig('engineer') },
    allow: () => 'no',
    clock: systemClock(),
  });
  store = openStore(':memory:');
  store.db
    .prepare(
      `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values ('h1', 'h', 'c', 's', 'system-ca', 0, '{}', '2026-11-22T10:00:00Z')`,
    )
    .run();
}, 60_000);
afterAll(async () => {
  client?.close();
  store?.close();
  await lab?.close();
});

const plan = (request: Partial<ResourceRequest>) =>
  planResources(
    {
      client,
      spokes: () => [...lab.spokes.values()].map(({ name, openshift }) => ({ name, openshift, labels: { name } })),
      sets: async () => ({ sets: ['global'], outside: 0 }),
    },
    sampleSite(),
    { where: 'spokes', way: 'policy', spokeSelector: {}, kinds: [], ...request },
  );
const apply = async (request: Partial<ResourceRequest>) =>
  applyResources(
    { client, intents: createIntents(store), hub: 'h1', at: '2026-11-22T10:00:00Z', input: {} },
    await plan(request),
  );

/** What stands on a spoke of all that is sent, by kind and name. */
async function onSpoke(name: string): Promise<string[]> {
  const { core } = lab.spokes.get(name)!;
  const all = [kinds.ImageContentSourcePolicy, kinds.CatalogSource, kinds.ConfigMap, kinds.ImageConfig];
  const lists = await Promise.all(all.map((kind) => core.list(kind)));
  const ours = (object: KubeObject) =>
    object.metadata.labels?.['kmm-bastion.io/mirror'] === 'true' ||
    (object['spec'] as { additionalTrustedCA?: unknown } | undefined)?.additionalTrustedCA !== undefined;
  return lists
    .flatMap(({ items }) => items.filter(ours).map(({ kind, metadata }) => `${kind} ${metadata.name}`))
    .sort();
}

const everything = [
  'CatalogSource cs-redhat-operator-index-v4-12',
  'ConfigMap kmm-bastion-registry-ca',
  'ConfigMap mirrored-release-signatures',
  'Image cluster',
  'ImageContentSourcePolicy icsp-generic-0',
  'ImageContentSourcePolicy icsp-operator-0',
  'ImageContentSourcePolicy icsp-release-0',
];
const patient = { timeout: 25_000, interval: 200 };

describe('the practice fleet', { timeout: 60_000 }, () => {
  test('a work brings all to its spoke, and to no other', async () => {
    const request = { way: 'work', spokeSelector: { name: 'sno00002' } } as const;
    expect(await apply(request)).toMatchObject({ applied: 1 });
    await expect.poll(() => onSpoke('sno00002'), patient).toEqual(everything);
    expect(await onSpoke('sno00001')).toEqual([]);
    const again = await plan(request);
    expect(again.dried.map(({ diff }) => diff.change)).toEqual(['none']);
  });

  test('a policy brings all to every spoke, and is compliant', async () => {
    await apply({ way: 'policy' });
    for (const name of lab.spokes.keys()) await expect.poll(() => onSpoke(name), patient).toEqual(everything);
    const policy = () => lab.core.get(kinds.Policy, `mirror-${siteSlug(sampleSite().address)}`, 'kmm-bastion-mirror');
    const compliant = async () => ((await policy())?.['status'] as { compliant?: string } | undefined)?.compliant;
    await expect.poll(compliant, patient).toBe('Compliant');
    const again = await plan({ way: 'policy' });
    expect([...new Set(again.dried.map(({ diff }) => diff.change))]).toEqual(['none']);
  });

  test('the hub takes its own', async () => {
    const made = await apply({ where: 'hub' });
    expect(made.sentence).toBe('10 of 10 objects are on the hub.');
    expect((await plan({ where: 'hub' })).restarts).toBe('');
  });
});
