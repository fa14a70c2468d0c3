import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { startConfigPolicy } from './config-policy.ts';
import { contains, merged } from './config-template.ts';
import { overall, startPolicyPropagator } from './policy-propagator.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
let stops: (() => void)[] = [];
beforeEach(async () => {
  stage = await createStage({ webhook: true });
  stops = [startPolicyPropagator(stage.hub), startConfigPolicy(stage.hub, stage.spoke)];
  await stage.clock.settle();
});
afterEach(() => {
  for (const stop of stops) stop();
  stage.stop();
});

const group = 'policy.open-cluster-management.io';
const cluster = 'cluster.open-cluster-management.io';
const metadata = { name: 'p', namespace: 'ops' };
const configMap: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'wanted', namespace: 'default' },
  data: { a: '1' },
};
const policy = (remediationAction: string, complianceType: string, objectDefinition: KubeObject): KubeObject => ({
  apiVersion: `${group}/v1`,
  kind: 'Policy',
  metadata,
  spec: {
    disabled: false,
    remediationAction,
    'policy-templates': [
      {
        objectDefinition: {
          apiVersion: `${group}/v1`,
          kind: 'ConfigurationPolicy',
          metadata: { name: 'p' },
          spec: { severity: 'low', 'object-templates': [{ complianceType, objectDefinition }] },
        },
      },
    ],
  },
});

async function bind(override?: string): Promise<void> {
  const objects: KubeObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } },
    {
      apiVersion: `${cluster}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: { name: 'default', namespace: 'ops' },
      spec: { clusterSet: 'default' },
    },
    {
      apiVersion: `${cluster}/v1beta1`,
      kind: 'Placement',
      metadata,
      spec: { predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { go: 'yes' } } } }] },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'PlacementBinding',
      metadata,
      placementRef: { apiGroup: cluster, kind: 'Placement', name: 'p' },
      subjects: [{ apiGroup: group, kind: 'Policy', name: 'p' }],
      ...(override && { bindingOverrides: { remediationAction: override } }),
    },
  ];
  for (const object of objects) await stage.admin.create(object);
}
const select = (go: string | null) =>
  stage.admin.patch(kinds.ManagedCluster, 'sno00001', '', { metadata: { labels: { go } } }, { type: 'merge' });
const copy = () => stage.world.hub.get(kinds.Policy, 'ops.p', 'sno00001');
const root = async () => (await stage.get(kinds.Policy, 'p', 'ops')).status as Record<string, unknown>;
const wanted = () => stage.spoke.core.get(kinds.ConfigMap, 'wanted', 'default');

test('enforce: copied to the selected cluster with its labels, mended, reported; deselected: the copy goes, the object stays', async () => {
  await bind();
  await stage.admin.create(policy('enforce', 'musthave', configMap));
  await stage.clock.advance(30_000);
  expect(await copy()).toBeUndefined();
  await select('yes');
  await stage.clock.advance(60_000);
  expect((await copy())?.metadata.labels).toMatchObject({
    [`${group}/root-policy`]: 'ops.p',
    [`${group}/cluster-name`]: 'sno00001',
    [`${group}/cluster-namespace`]: 'sno00001',
  });
  expect((await wanted())?.data).toEqual({ a: '1' });
  expect(await root()).toEqual({
    compliant: 'Compliant',
    placement: [{ placement: 'p', placementBinding: 'p' }],
    status: [{ clustername: 'sno00001', clusternamespace: 'sno00001', compliant: 'Compliant' }],
  });
  await select(null);
  await stage.clock.advance(30_000);
  expect(await copy()).toBeUndefined();
  expect(await wanted()).toBeDefined();
});

test('inform only tells; the binding’s override enforces', async () => {
  await bind();
  await select('yes');
  await stage.admin.create(policy('inform', 'musthave', configMap));
  await stage.clock.advance(60_000);
  expect(await wanted()).toBeUndefined();
  expect(await root()).toMatchObject({ compliant: 'NonCompliant' });
  expect(JSON.stringify((await copy())?.status)).toContain(
    'NonCompliant; violation - configmaps not found: [wanted] in namespace default missing',
  );
  await stage.admin.patch(
    kinds.PlacementBinding,
    'p',
    'ops',
    { bindingOverrides: { remediationAction: 'enforce' } },
    { type: 'merge' },
  );
  await stage.clock.advance(60_000);
  expect(await wanted()).toBeDefined();
  expect(await root()).toMatchObject({ compliant: 'Compliant' });
});

test('an unknown kind and a missing namespace are told, and mended once they are there', async () => {
  await bind();
  await select('yes');
  await stage.admin.create(
    policy('enforce', 'musthave', { ...configMap, metadata: { name: 'wanted', namespace: 'later' } }),
  );
  await stage.clock.advance(60_000);
  expect(JSON.stringify((await copy())?.status)).toContain('namespaces \\"later\\" not found');
  await stage.spoke.core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } });
  await stage.clock.advance(30_000);
  expect(await root()).toMatchObject({ compliant: 'Compliant' });
});

test('dead add-ons: the cluster’s compliance is not reported at all', async () => {
  stage.spoke.stop('governance-policy-framework');
  await bind();
  await select('yes');
  await stage.admin.create(policy('enforce', 'musthave', configMap));
  await stage.clock.advance(120_000);
  expect(await copy()).toBeDefined();
  expect(await root()).toEqual({
    placement: [{ placement: 'p', placementBinding: 'p' }],
    status: [{ clustername: 'sno00001', clusternamespace: 'sno00001' }],
  });
});

test('containing and merging as musthave means them', () => {
  expect(contains({ a: 1, b: [{ x: 1, y: 2 }] }, { b: [{ y: 2 }] })).toBe(true);
  expect(contains({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(contains(undefined, { a: 1 })).toBe(false);
  expect(merged({ a: 1, list: ['x'] }, { b: 2, list: ['x', 'y'] })).toEqual({ a: 1, b: 2, list: ['x', 'y'] });
});

test('a root is as bad as its worst copy, and silent while one is', () => {
  expect(overall(['Compliant', 'NonCompliant', undefined])).toBe('NonCompliant');
  expect(overall(['Compliant', undefined])).toBeUndefined();
  expect(overall(['Compliant', 'Pending'])).toBe('Pending');
  expect(overall(['Compliant'])).toBe('Compliant');
  expect(overall([])).toBeUndefined();
});
