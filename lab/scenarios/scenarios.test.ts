import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { createKmm, type Kmm } from '../actors/kmm/kmm.ts';
import { reportedClaims } from '../actors/ocm/claims.ts';
import { conditionOf, conditionsOf } from '../actors/ocm/conditions.ts';
import { kinds } from '../kinds.ts';
import { createTestClock } from '../test-clock.ts';
import { createRandom } from '../world/random.ts';
import { scenarios } from './catalog.ts';
import { picker } from './pick.ts';
import { type Running, startScenario } from './start.ts';
import { breakages, type ScenarioOptions } from './types.ts';

let running: Running | undefined;
let kmm: Kmm | undefined;
afterEach(() => {
  running?.stop();
  kmm?.stop();
  running = undefined;
});

async function begin(name: string, options: ScenarioOptions = {}, seed = 1) {
  const clock = createTestClock();
  const scenario = scenarios.find((one) => one.name === name)!;
  running = await startScenario({
    scenario,
    seed,
    clock,
    options,
    kmm: ({ hub, random }) => {
      kmm = createKmm({ hub, clock, random: random.fork('kmm') });
      return kmm;
    },
  });
  await clock.settle();
  return { clock, running, hub: running.world.hub };
}

const available = (cluster: KubeObject) => conditionOf(cluster, 'ManagedClusterConditionAvailable')?.status;
const status = (cluster: KubeObject, type: string) => conditionOf(cluster, type)?.status;

describe('scale-1755', () => {
  test('1,755 clusters in at most 5 s of two cores and 900 MB, of which 7 are not operative, each in its own way', async () => {
    const begun = process.cpuUsage();
    const { hub, running: at } = await begin('scale-1755');
    const { user, system } = process.cpuUsage(begun);
    const clusters = (await hub.list(kinds.ManagedCluster)).items;
    expect(clusters.length).toBe(1755);
    expect(at.plans.filter(({ neverJoined }) => neverJoined).length).toBe(1);
    expect(at.plans.flatMap(({ broken }) => broken ?? []).sort()).toEqual([...breakages].sort());
    const addons = (await hub.list(kinds.ManagedClusterAddOn)).items;
    const deadAddons = new Set(
      addons.filter((addon) => status(addon, 'Available') !== 'True').map(({ metadata }) => metadata.namespace),
    );
    const good = clusters.filter(
      (cluster) =>
        available(cluster) === 'True' &&
        status(cluster, 'HubAcceptedManagedCluster') === 'True' &&
        status(cluster, 'ManagedClusterJoined') === 'True' &&
        status(cluster, 'ManagedClusterConditionClockSynced') === 'True' &&
        !cluster.metadata.deletionTimestamp &&
        !deadAddons.has(cluster.metadata.name),
    );
    expect(good.length).toBe(1748);
    // The kernel is not known to the hub before KMM is there.
    expect(JSON.stringify(good)).not.toContain('kernel-versions.kmm');
    expect(new Set(good.map(({ metadata }) => metadata.labels?.hypervisor)).size).toBe(65);
    // Of two cores, however busy other tests keep them.
    expect((user + system) / 1e6).toBeLessThan(2 * 5);
    expect(process.memoryUsage().rss / 1e6).toBeLessThan(900);
  });

  test('more broken spokes, the same by the same seed, other spokes by another', () => {
    const scenario = scenarios.find(({ name }) => name === 'scale-1755')!;
    const broken = (seed: number) =>
      scenario
        .plan({ broken: 20 }, picker(createRandom(seed)))
        .filter((plan) => plan.broken)
        .map(({ name }) => name);
    expect(broken(1).length).toBe(20);
    expect(broken(1)).toEqual(broken(1));
    expect(broken(1)).not.toEqual(broken(2));
  });
});

test('what is broken stays so, what is healthy stays healthy, for two hours', async () => {
  const { clock, hub, running: at } = await begin('mixed-kernels', { broken: 6 });
  const states = async () =>
    Object.fromEntries(
      (await hub.list(kinds.ManagedCluster)).items.map((cluster) => [
        cluster.metadata.name!,
        conditionsOf(cluster)
          .map(({ type, status: value }) => `${type}=${value}`)
          .join(' '),
      ]),
    );
  await clock.advance(60_000);
  const before = await states();
  const broken = at.plans.filter((plan) => plan.broken);
  expect(new Set(broken.map((plan) => plan.broken)).size).toBe(6);
  await clock.advance(7_200_000);
  expect(await states()).toEqual(before);
  const deleting = broken.find((plan) => plan.broken === 'deleting')!;
  expect(before[deleting.name]).toContain('Deleting=False');
});

test('25 claims more: OpenShift’s version is cut off on the hub, and KMM’s kernel would be', async () => {
  const { hub, running: at } = await begin('site-3', { claims: 25 });
  const [cluster] = (await hub.list(kinds.ManagedCluster)).items;
  const text = JSON.stringify(cluster);
  expect(text).toContain('product.open-cluster-management.io');
  expect(text).not.toContain('version.openshift.io');
  const spoke = at.world.spokes.get('sno00001')!;
  const claims = (await spoke.core.list(kinds.ClusterClaim)).items;
  const kernel = { apiVersion: '', kind: '', metadata: { name: 'kernel-versions.kmm.node.kubernetes.io' } };
  expect(reportedClaims([...claims, kernel]).map(({ name }) => name)).not.toContain(kernel.metadata.name);
});

test('mixed-kernels: two kernels and an arm64 spoke', async () => {
  const { running: at } = await begin('mixed-kernels');
  const kernels = new Map<string, number>();
  for (const spoke of at.world.spokes.values()) {
    kernels.set(spoke.machine.kernel, (kernels.get(spoke.machine.kernel) ?? 0) + 1);
  }
  expect([...kernels.values()].sort()).toEqual([1, 3, 4]);
  expect([...kernels.keys()].filter((kernel) => kernel.endsWith('.aarch64')).length).toBe(1);
});
