import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { conditionOf } from './conditions.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.stop());

const configMap = (data: Record<string, string>, name = 'one'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});
const work = (name: string, manifests: KubeObject[], more: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'work.open-cluster-management.io/v1',
  kind: 'ManifestWork',
  metadata: { name, namespace: 'sno00001' },
  spec: { workload: { manifests }, ...more },
});
const onSpoke = () => stage.spoke.core.get(kinds.ConfigMap, 'one', 'default');
const withFeedback = (feedbackScrapeType: string) => ({
  manifestConfigs: [
    {
      resourceIdentifier: { group: '', resource: 'configmaps', name: 'one', namespace: 'default' },
      feedbackRules: [{ type: 'JSONPaths', jsonPaths: [{ name: 'a', path: '.data.a' }] }],
      feedbackScrapeType,
    },
  ],
});

/** Lab ms until `test` holds, looked at every `step`. */
async function until(limit: number, step: number, holds: () => Promise<boolean>): Promise<number> {
  const begun = stage.clock.now();
  while (!(await holds())) {
    if (stage.clock.now() - begun > limit) throw new Error(`not within ${limit} ms`);
    await stage.clock.advance(step);
  }
  return stage.clock.now() - begun;
}
const value = async () => {
  const status = (await stage.work('w')).status as {
    resourceStatus: { manifests: { statusFeedback: { values?: { fieldValue: { string: string } }[] } }[] };
  };
  return status.resourceStatus.manifests[0]?.statusFeedback.values?.[0]?.fieldValue.string;
};

test('created → finalizer → Applied → Available, in this order and within 50 ms', async () => {
  const seen: string[] = [];
  const stop = stage.world.hub.watch(kinds.ManifestWork, ({ object }) => {
    const one = object as KubeObject;
    seen.push(
      `${one.metadata.finalizers?.length ?? 0} ${conditionOf(one, 'Applied')?.status ?? '-'} ${conditionOf(one, 'Available')?.status ?? '-'}`,
    );
  });
  await stage.admin.create(work('w', [configMap({ a: '1' })]));
  const took = await until(1_000, 5, async () => conditionOf(await stage.work('w'), 'Available') !== undefined);
  await stage.clock.settle();
  stop();
  expect(seen).toEqual(['0 - -', '1 - -', '1 True -', '1 True True']);
  expect(took).toBeLessThanOrEqual(50);
});

test('feedback by poll within 114 s, not the same each time; by watch within 0.1 s', async () => {
  await stage.admin.create(work('w', [configMap({ a: '0' })], withFeedback('Poll')));
  await stage.clock.advance(1_000);
  const waits: number[] = [];
  for (let round = 1; round <= 12; round += 1) {
    await stage.local.patch(kinds.ConfigMap, 'one', 'default', { data: { a: String(round) } }, { type: 'merge' });
    waits.push(await until(114_500, 500, async () => (await value()) === String(round)));
    await stage.clock.advance(7_000);
    // Our change is drift: an apply would put it back, so the manifest follows.
    await stage.admin.patch(
      kinds.ManifestWork,
      'w',
      'sno00001',
      { spec: work('w', [configMap({ a: String(round) })]).spec },
      { type: 'merge' },
    );
    await stage.clock.advance(1_000);
  }
  expect(Math.max(...waits)).toBeGreaterThan(40_000);
  expect(Math.min(...waits)).toBeLessThan(40_000);
  await stage.admin.patch(kinds.ManifestWork, 'w', 'sno00001', { spec: withFeedback('Watch') }, { type: 'merge' });
  await stage.clock.advance(1_000);
  await stage.local.patch(kinds.ConfigMap, 'one', 'default', { data: { a: 'now' } }, { type: 'merge' });
  expect(await until(1_000, 5, async () => (await value()) === 'now')).toBeLessThanOrEqual(100);
});

test('one work with watch makes another in that namespace immediate too (B8)', async () => {
  await stage.admin.create(work('w', [configMap({ a: '0' })], withFeedback('Poll')));
  const other = withFeedback('Watch');
  other.manifestConfigs[0]!.resourceIdentifier.name = 'two';
  await stage.admin.create(work('other', [configMap({ a: '0' }, 'two')], other));
  await stage.clock.advance(1_000);
  await stage.local.patch(kinds.ConfigMap, 'one', 'default', { data: { a: 'now' } }, { type: 'merge' });
  expect(await until(1_000, 5, async () => (await value()) === 'now')).toBeLessThanOrEqual(100);
});

test('a forbidden work is tried again after 5, 10, 20 … s; a label starts anew (B6)', async () => {
  const module = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'sno00001' } };
  await stage.admin.create(work('w', [module]));
  await stage.clock.advance(100);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('False');
  // Tries so far at about 0, 5, 15, 35, 75, 155 s; the next is at 315 s.
  await stage.clock.advance(200_000);
  await stage.grant(['nodes'], '', 'nodes');
  await stage.clock.advance(80_000);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('False');
  await stage.admin.patch(
    kinds.ManifestWork,
    'w',
    'sno00001',
    { metadata: { labels: { nudge: '1' } } },
    { type: 'merge' },
  );
  await stage.clock.advance(200);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('True');
});

test('waits between tries grow to 1,000 s and no further', async () => {
  await stage.admin.create(work('w', [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'sno00001' } }]));
  // Doubled on and on, the wait would be nearly three hours by now.
  await stage.clock.advance(3 * 3_600_000);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('False');
  await stage.grant(['nodes'], '', 'nodes');
  const applied = async () => conditionOf(await stage.work('w'), 'Applied')?.status === 'True';
  expect(await until(1_031_000, 1_000, applied)).toBeLessThanOrEqual(1_031_000);
});

test('drift is mended 4 to 6 min after the last apply, not before (B7)', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' })]));
  await stage.clock.advance(1_000);
  await stage.local.remove(kinds.ConfigMap, 'one', 'default');
  const gone = await until(
    115_000,
    1_000,
    async () => conditionOf(await stage.work('w'), 'Available')?.status === 'False',
  );
  expect(gone).toBeGreaterThan(0);
  const back = (await until(361_000, 1_000, async () => (await onSpoke()) !== undefined)) + gone;
  expect(back).toBeGreaterThanOrEqual(238_000);
  expect(back).toBeLessThanOrEqual(361_000);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('True');
});

test('handover: two works hold one object; deleting the first only takes its owner away (B12)', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' })]));
  await stage.clock.advance(1_000);
  const before = await onSpoke();
  await stage.admin.create(work('x', [configMap({ a: '1' })]));
  await stage.clock.advance(1_000);
  expect((await onSpoke())?.metadata.ownerReferences?.length).toBe(2);
  await stage.admin.remove(kinds.ManifestWork, 'w', 'sno00001');
  await stage.clock.advance(1_000);
  const after = await onSpoke();
  expect(after?.metadata.uid).toBe(before?.metadata.uid);
  expect(after?.metadata.ownerReferences?.length).toBe(1);
  await stage.admin.remove(kinds.ManifestWork, 'x', 'sno00001');
  await stage.clock.advance(1_000);
  expect(await onSpoke()).toBeUndefined();
});

test('Orphan leaves the object, everything else takes it away', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' })], { deleteOption: { propagationPolicy: 'Orphan' } }));
  await stage.clock.advance(1_000);
  expect((await onSpoke())?.metadata.ownerReferences).toBeUndefined();
  await stage.admin.remove(kinds.ManifestWork, 'w', 'sno00001');
  await stage.clock.advance(1_000);
  expect(await stage.world.hub.get(kinds.ManifestWork, 'w', 'sno00001')).toBeUndefined();
  expect(await onSpoke()).toBeDefined();
});

test('without the right to delete the object goes all the same, by the garbage collector (B11)', async () => {
  await stage.spoke.core.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'some', labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
    rules: [
      { apiGroups: ['kmm.sigs.x-k8s.io'], resources: ['nodemodulesconfigs'], verbs: ['get', 'create', 'update'] },
    ],
  });
  const object = {
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'NodeModulesConfig',
    metadata: { name: 'n' },
    spec: {},
  };
  await stage.admin.create(work('w', [object]));
  await stage.clock.advance(1_000);
  expect(await stage.spoke.core.get(kinds.NodeModulesConfig, 'n')).toBeDefined();
  await stage.admin.remove(kinds.ManifestWork, 'w', 'sno00001');
  await stage.clock.advance(2_000);
  expect(await stage.spoke.core.get(kinds.NodeModulesConfig, 'n')).toBeUndefined();
});

test('a manifest that left the work is deleted on the spoke', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' }), configMap({ a: '1' }, 'two')]));
  await stage.clock.advance(1_000);
  await stage.admin.patch(
    kinds.ManifestWork,
    'w',
    'sno00001',
    { spec: work('w', [configMap({}, 'two')]).spec },
    { type: 'merge' },
  );
  await stage.clock.advance(1_000);
  expect(await onSpoke()).toBeUndefined();
});

test('offline nothing changes; back, the new spec is applied', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' })]));
  await stage.clock.advance(1_000);
  stage.spoke.powerOff();
  const before = await stage.work('w');
  await stage.admin.patch(
    kinds.ManifestWork,
    'w',
    'sno00001',
    { spec: work('w', [configMap({ a: '2' })]).spec },
    { type: 'merge' },
  );
  await stage.clock.advance(600_000);
  expect((await stage.work('w')).status).toEqual(before.status);
  void stage.spoke.powerOn({ seen: false });
  await stage.clock.advance(60_000);
  expect((await onSpoke())?.data).toEqual({ a: '2' });
});

test('deleting the ManagedCluster: add-ons, works and with them the spoke’s objects, then the cluster (A14)', async () => {
  await stage.admin.create(work('w', [configMap({ a: '1' })]));
  await stage.clock.advance(1_000);
  const said: string[] = [];
  const stop = stage.world.hub.watch(kinds.ManagedCluster, ({ type, object }) => {
    const condition = conditionOf(object as KubeObject, 'Deleting');
    said.push(type === 'DELETED' ? type : (condition?.message ?? ''));
  });
  await stage.admin.remove(kinds.ManagedCluster, 'sno00001');
  await stage.clock.advance(2_000);
  stop();
  expect([...new Set(said)].filter((text) => text)).toEqual([
    'The resource manifestworks is remaning, the remaining count is 1, the finalizer pending count is 1',
    'No cleaned resource in cluster ns.',
    'DELETED',
  ]);
  expect(await onSpoke()).toBeUndefined();
  expect(await stage.world.hub.get(kinds.Namespace, 'sno00001')).toBeDefined();
  expect(await stage.world.hub.get(kinds.Lease, 'managed-cluster-lease', 'sno00001')).toBeDefined();
});

test('a spec that the spoke refuses leaves the old object there (G5)', async () => {
  await stage.grant(['modules']);
  const module = (kernelMappings: object[]): KubeObject => ({
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'Module',
    metadata: { name: 'm', namespace: 'openshift-kmm' },
    spec: { selector: {}, moduleLoader: { container: { modprobe: { moduleName: 'm' }, kernelMappings } } },
  });
  await stage.admin.create(work('w', [module([{ literal: 'k1', containerImage: 'r/m:k1' }])]));
  await stage.clock.advance(1_000);
  const before = await stage.spoke.core.get(kinds.Module, 'm', 'openshift-kmm');
  await stage.admin.patch(
    kinds.ManifestWork,
    'w',
    'sno00001',
    { spec: work('w', [module([])]).spec },
    { type: 'merge' },
  );
  await stage.clock.advance(30_000);
  expect(conditionOf(await stage.work('w'), 'Applied')?.status).toBe('False');
  expect(conditionOf(await stage.work('w'), 'Available')?.status).toBe('True');
  expect(await stage.spoke.core.get(kinds.Module, 'm', 'openshift-kmm')).toEqual(before);
});
