import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { comparable, observed, recording } from './observed.fixture.ts';
import { matchingClusters } from './placement.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
afterEach(() => stage?.stop());

const asked = ({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name!, namespace: metadata.namespace! },
  spec,
});

async function begin(bound = true): Promise<void> {
  stage = await createStage({ webhook: true });
  await stage.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kmm-ops' } });
  if (!bound) return;
  const [binding] = recording('managedclustersetbinding.yaml');
  await stage.admin.create(asked(binding!));
}

async function place(file: string): Promise<KubeObject> {
  const [real] = recording(file);
  await stage.admin.create(asked(real!));
  await stage.clock.advance(1_000);
  return real!;
}

const ours = async (real: KubeObject, kind: typeof kinds.Placement | typeof kinds.PlacementDecision) =>
  comparable(await stage.get(kind, real.metadata.name!, 'kmm-ops'));

describe.skipIf(!observed.there)(`placement writes what OCM's wrote${observed.why}`, () => {
  for (const file of ['tolerant', 'too-many', 'nothing', 'by-claim', 'no-tolerations']) {
    test(file, async () => {
      await begin();
      const real = await place(`placement-${file}.yaml`);
      expect(await ours(real, kinds.Placement)).toEqual(comparable(real));
    });
  }

  test('without a binding', async () => {
    await begin(false);
    const real = await place('placement-no-setbinding.yaml');
    expect(await ours(real, kinds.Placement)).toEqual(comparable(real));
  });

  test('decisions: one cluster, and none', async () => {
    await begin();
    await place('placement-tolerant.yaml');
    await place('placement-nothing.yaml');
    for (const file of ['placementdecision-tolerant.yaml', 'placementdecision-nothing.yaml']) {
      const [real] = recording(file);
      expect(await ours(real!, kinds.PlacementDecision)).toEqual(comparable(real!));
    }
    const [binding] = recording('managedclustersetbinding.yaml');
    const bound = await stage.get(kinds.ManagedClusterSetBinding, 'default', 'kmm-ops');
    expect(comparable(bound)).toEqual(comparable(binding!));
  });

  test('an unreachable cluster leaves a placement without tolerations within 0.2 s', async () => {
    await begin();
    const [real] = recording('placement-cluster-unreachable.yaml');
    await place('placement-no-tolerations.yaml');
    stage.spoke.stop('registration');
    const lease = await stage.get(kinds.Lease, 'managed-cluster-lease', 'sno00001');
    const due = Date.parse((lease.spec as { renewTime: string }).renewTime) + 300_000;
    await stage.clock.advance(due + 300 - stage.clock.now());
    expect(await ours(real!, kinds.Placement)).toEqual(comparable(real!));
    const [decision] = recording('placementdecision-cluster-unreachable.yaml');
    const after = (await ours(decision!, kinds.PlacementDecision)) as { status?: { decisions?: unknown[] } };
    expect(after.status?.decisions ?? []).toEqual([]);
  });
});

test('1,748 clusters make 18 decisions of at most 100', async () => {
  stage = await createStage({ webhook: true });
  await stage.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } });
  const cluster = 'cluster.open-cluster-management.io';
  for (let number = 2; number <= 1748; number += 1) {
    await stage.admin.create({
      apiVersion: `${cluster}/v1`,
      kind: 'ManagedCluster',
      metadata: { name: `c${number}`, labels: { [`${cluster}/clusterset`]: 'default' } },
      spec: { hubAcceptsClient: false },
    });
  }
  await stage.admin.create({
    apiVersion: `${cluster}/v1beta2`,
    kind: 'ManagedClusterSetBinding',
    metadata: { name: 'default', namespace: 'ops' },
    spec: { clusterSet: 'default' },
  });
  await stage.admin.create({
    apiVersion: `${cluster}/v1beta1`,
    kind: 'Placement',
    metadata: { name: 'all', namespace: 'ops' },
    spec: { tolerations: [{ key: `${cluster}/unreachable`, operator: 'Exists' }] },
  });
  await stage.clock.advance(2_000);
  const decisions = (await stage.world.hub.list(kinds.PlacementDecision, { namespace: 'ops' })).items;
  const sizes = decisions.map((one) => (one.status as { decisions: unknown[] }).decisions.length);
  expect(sizes.length).toBe(18);
  expect(Math.max(...sizes)).toBe(100);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1748);
});

test('which clusters match: labels, claims, taints, sets', () => {
  const cluster = (name: string, more: Record<string, unknown> = {}, set = 'default'): KubeObject => ({
    apiVersion: '',
    kind: 'ManagedCluster',
    metadata: { name, labels: { 'cluster.open-cluster-management.io/clusterset': set, site: name.slice(0, 1) } },
    ...more,
  });
  const tainted = { spec: { taints: [{ key: 'k', effect: 'NoSelect' }] } };
  const soft = { spec: { taints: [{ key: 'k', effect: 'PreferNoSelect' }] } };
  const claimed = { status: { clusterClaims: [{ name: 'version.openshift.io', value: '4.12.3' }] } };
  const all = [
    cluster('b1'),
    cluster('a1', tainted),
    cluster('a2', claimed),
    cluster('a3', soft),
    cluster('x1', {}, 'other'),
  ];
  const match = (spec: Parameters<typeof matchingClusters>[0], set = 'default') =>
    matchingClusters(spec, new Set([set]), all);
  expect(match({})).toEqual(['a2', 'a3', 'b1']);
  expect(match({ tolerations: [{ key: 'k', operator: 'Exists' }] })).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(match({}, 'global')).toEqual(['a2', 'a3', 'b1', 'x1']);
  const selector = (one: object) => ({ predicates: [{ requiredClusterSelector: one }] });
  expect(match(selector({ labelSelector: { matchLabels: { site: 'a' } } }))).toEqual(['a2', 'a3']);
  const version = (operator: string) => ({
    matchExpressions: [{ key: 'version.openshift.io', operator, values: ['4.12.3'] }],
  });
  expect(match(selector({ claimSelector: version('In') }))).toEqual(['a2']);
  expect(match(selector({ claimSelector: version('NotIn') }))).toEqual(['a3', 'b1']);
});
