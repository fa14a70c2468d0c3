import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { createKmm, type Kmm } from '../actors/kmm/kmm.ts';
import { conditionOf } from '../actors/ocm/conditions.ts';
import { kinds } from '../kinds.ts';
import { createTestClock } from '../test-clock.ts';
import { scenarios } from './catalog.ts';
import { type Running, startScenario } from './start.ts';

let running: Running | undefined;
let kmm: Kmm | undefined;
afterEach(() => {
  running?.stop();
  kmm?.stop();
});

/** The kernel goes in by KMM's own substitution. */
const image = `registry.bastion.example:5000/kmm/kmm-kmod:$\{KERNEL_FULL_VERSION}`;
const operators = 'operators.coreos.com';
const subscription = (name: string, namespace: string, source = 'cs-bastion'): KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: `${operators}/v1`, kind: 'OperatorGroup', metadata: { name: 'kmm', namespace }, spec: {} },
  {
    apiVersion: `${operators}/v1alpha1`,
    kind: 'Subscription',
    metadata: { name, namespace },
    spec: { name, channel: 'stable', source, sourceNamespace: 'openshift-marketplace' },
  },
];

/** A policy with its placement and bindings, in namespace `ops`. */
function policySet(objects: KubeObject[]): KubeObject[] {
  const policy = 'policy.open-cluster-management.io/v1';
  const cluster = 'cluster.open-cluster-management.io';
  const metadata = { name: 'kmm', namespace: 'ops' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } },
    {
      apiVersion: `${cluster}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: { name: 'default', namespace: 'ops' },
      spec: { clusterSet: 'default' },
    },
    { apiVersion: `${cluster}/v1beta1`, kind: 'Placement', metadata, spec: {} },
    {
      apiVersion: policy,
      kind: 'PlacementBinding',
      metadata,
      placementRef: { apiGroup: cluster, kind: 'Placement', name: 'kmm' },
      subjects: [{ apiGroup: 'policy.open-cluster-management.io', kind: 'Policy', name: 'kmm' }],
    },
    {
      apiVersion: policy,
      kind: 'Policy',
      metadata,
      spec: {
        disabled: false,
        remediationAction: 'enforce',
        'policy-templates': [
          {
            objectDefinition: {
              apiVersion: policy,
              kind: 'ConfigurationPolicy',
              metadata: { name: 'kmm' },
              spec: {
                severity: 'low',
                'object-templates': objects.map((objectDefinition) => ({
                  complianceType: 'musthave',
                  objectDefinition,
                })),
              },
            },
          },
        ],
      },
    },
  ];
}

async function begin(name = 'site-3') {
  const clock = createTestClock();
  running = await startScenario({
    scenario: scenarios.find((one) => one.name === name)!,
    seed: 3,
    clock,
    kmm: ({ hub, random }) => {
      kmm = createKmm({ hub, clock, random: random.fork('kmm') });
      return kmm;
    },
  });
  await clock.settle();
  return { clock, hub: running.world.hub, admin: running.world.hub.as('kubectl'), world: running.world };
}

const rights: KubeObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'kmm-modules', labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
  rules: [{ apiGroups: ['kmm.sigs.x-k8s.io'], resources: ['modules'], verbs: ['*'] }],
};

test('the day on three spokes: operator on the hub, policy to the spokes, module built once and loaded everywhere', async () => {
  const { clock, hub, admin, world } = await begin();
  for (const object of subscription('kernel-module-management-hub', 'openshift-kmm-hub')) await admin.create(object);
  await clock.advance(120_000);
  const [csv] = (await hub.list(kinds.ClusterServiceVersion)).items;
  expect(csv?.status).toMatchObject({ phase: 'Succeeded' });
  expect((await hub.list(kinds.ConfigMap, { namespace: 'openshift-kmm-hub' })).items.length).toBe(1);

  const objects = [...subscription('kernel-module-management', 'openshift-kmm'), rights];
  for (const object of policySet(objects)) await admin.create(object);
  await clock.advance(200_000);
  const root = (await hub.get(kinds.Policy, 'kmm', 'ops'))!.status as { compliant: string; status: object[] };
  expect(root.compliant).toBe('Compliant');
  expect(root.status.length).toBe(3);
  const copy = (await hub.get(kinds.Policy, 'ops.kmm', 'sno00002'))!.status as {
    details: { history: { message: string }[] }[];
  };
  expect(copy.details[0]!.history.map(({ message }) => message.split(';')[0])).toEqual(['Compliant', 'NonCompliant']);
  const kernels = (await hub.list(kinds.ManagedCluster)).items.map((cluster) =>
    (cluster.status as { clusterClaims: { name: string; value: string }[] }).clusterClaims.find(({ name }) =>
      name.startsWith('kernel-versions'),
    ),
  );
  expect(kernels.every((claim) => claim?.value === '4.18.0-372.43.1.el8_6.x86_64')).toBe(true);

  const builds = new Set<string>();
  hub.watch(kinds.Build, ({ object }) => builds.add((object as KubeObject).metadata.uid!));
  await admin.create({
    apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
    kind: 'ManagedClusterModule',
    metadata: { name: 'kmm-kmod' },
    spec: {
      spokeNamespace: 'openshift-kmm',
      selector: { deliver: 'yes' },
      moduleSpec: {
        selector: { 'node-role.kubernetes.io/worker': '' },
        moduleLoader: {
          container: {
            modprobe: { moduleName: 'kmm_ci_a' },
            kernelMappings: [
              {
                regexp: '^.+$',
                containerImage: image,
                build: { dockerfileConfigMap: { name: 'kmm-kmod-dockerfile' } },
              },
            ],
          },
        },
      },
    },
  });
  const select = (name: string) =>
    admin.patch(kinds.ManagedCluster, name, '', { metadata: { labels: { deliver: 'yes' } } }, { type: 'merge' });
  await select('sno00001');
  await clock.advance(420_000);
  expect(kmm!.inKernel('sno00001')?.size).toBe(1);
  await select('sno00002');
  await select('sno00003');
  await clock.advance(180_000);
  for (const name of world.spokes.keys()) {
    expect(kmm!.inKernel(name)?.size).toBe(1);
    const work = (await hub.get(kinds.ManifestWork, 'kmm-kmod', name))!;
    expect(conditionOf(work, 'Applied')?.status).toBe('True');
    expect(JSON.stringify(work.status)).toContain('"moduleLoader.availableNumber"');
  }
  expect(builds.size).toBe(1);
});

test('a catalog that is not there, and a namespace without OperatorGroup', async () => {
  const { clock, hub, admin } = await begin();
  const [namespace, group, wrong] = subscription('kernel-module-management-hub', 'openshift-kmm-hub', 'cs-missing');
  await admin.create(namespace!);
  await admin.create(wrong!);
  await clock.advance(20_000);
  const at = async () => (await hub.get(kinds.Subscription, 'kernel-module-management-hub', 'openshift-kmm-hub'))!;
  expect(conditionOf(await at(), 'CatalogSourcesUnhealthy')).toMatchObject({
    status: 'True',
    message: 'targeted catalogsource openshift-marketplace/cs-missing missing',
  });
  await admin.patch(
    kinds.Subscription,
    'kernel-module-management-hub',
    'openshift-kmm-hub',
    { spec: { source: 'cs-bastion' } },
    {
      type: 'merge',
    },
  );
  await clock.advance(120_000);
  expect((await hub.list(kinds.InstallPlan)).items).toEqual([]);
  await admin.create(group!);
  await clock.advance(180_000);
  expect((await at()).status).toMatchObject({ state: 'AtLatestKnown' });
});

test('a reboot that is seen: lease stops, node gets a new boot id, agents come back', async () => {
  const { clock, hub, world } = await begin();
  const spoke = world.spokes.get('sno00001')!;
  const boot = spoke.machine.bootId;
  void spoke.reboot({ kernel: '4.18.0-372.46.1.el8_6.x86_64', seen: true });
  await clock.advance(30_000);
  const renewed = async () =>
    Date.parse(
      ((await hub.get(kinds.Lease, 'managed-cluster-lease', 'sno00001'))!.spec as { renewTime: string }).renewTime,
    );
  const before = await renewed();
  await clock.advance(25_000);
  expect(await renewed()).toBe(before);
  await clock.advance(180_000);
  const node = (await spoke.core.get(kinds.Node, 'sno00001'))!;
  const info = (node.status as { nodeInfo: { bootID: string; kernelVersion: string } }).nodeInfo;
  expect(info.kernelVersion).toBe('4.18.0-372.46.1.el8_6.x86_64');
  expect(info.bootID).not.toBe(boot);
  expect(node.spec).not.toHaveProperty('taints');
  expect(await renewed()).toBeGreaterThan(before);
  // Less than five leases: the hub never said Unknown.
  const cluster = (await hub.get(kinds.ManagedCluster, 'sno00001'))!;
  expect(conditionOf(cluster, 'ManagedClusterConditionAvailable')?.status).toBe('True');
});
