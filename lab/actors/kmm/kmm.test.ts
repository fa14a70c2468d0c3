import { afterEach, expect, test } from 'vitest';
import { type KubeObject, names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { createTestClock } from '../../test-clock.ts';
import { furnishNode } from '../../world/spoke.ts';
import { createWorld, type World } from '../../world/world.ts';
import { mcm } from './hub.fixture.ts';
import { createKmm, type Kmm } from './kmm.ts';
import type { Mic, Nmc, Node } from './objects.ts';

const kernel = '4.18.0-372.46.1.el8_6.x86_64';
const image = `registry.bastion.example:5000/kmm/kmm-kmod:${kernel}`;
let kmm: Kmm;
afterEach(() => kmm.stop());

const spokePlan = (name: string) =>
  ({ name, kernel, arch: 'amd64', openshift: '4.12.3', rhcos: '412.86.202302170236-0' }) as const;

async function lab(buildFails?: () => string | undefined) {
  const clock = createTestClock();
  const world = createWorld({ clock, seed: 7 });
  kmm = createKmm({ hub: world.hub, clock, random: world.random.fork('kmm'), buildFails });
  await namespace(world, names.hubNamespace);
  kmm.hub(world.hub, names.hubNamespace);
  const metadata = { name: 'dockerfile', namespace: names.hubNamespace };
  await world.hub.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { dockerfile: 'FROM scratch' } });
  return { world, clock };
}

const namespace = (world: World, name: string) =>
  world.hub.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

async function cluster(world: World, name: string): Promise<void> {
  await namespace(world, name);
  const object: KubeObject = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name, labels: { vendor: 'OpenShift' } },
    spec: { hubAcceptsClient: true },
  };
  const made = await world.hub.create(object);
  const clusterClaims = [{ name: names.kernelClaim, value: kernel }];
  await world.hub.update({ ...made, status: { clusterClaims } }, 'status');
}

const module = mcm('kmm-kmod', {
  selector: { vendor: 'OpenShift' },
  spokeNamespace: names.spokeNamespace,
  moduleSpec: {
    selector: {},
    moduleLoader: {
      container: {
        modprobe: { moduleName: 'kmm_ci_a' },
        kernelMappings: [
          { regexp: 'x86_64$', containerImage: image, build: { dockerfileConfigMap: { name: 'dockerfile' } } },
        ],
      },
    },
  },
});

test('a build runs for minutes, pushes the image unsigned, and the work follows', async () => {
  const { world, clock } = await lab();
  await cluster(world, 'sno00001');
  await world.hub.create(module);
  const phases: string[] = [];
  world.hub.watch(kinds.Build, ({ object }) => {
    phases.push((object as { status?: { phase?: string } }).status?.phase ?? 'New');
  });
  await clock.advance(60_000);
  expect(kmm.images.get(image)).toBeUndefined();
  const [pod] = (await world.hub.list(kinds.Pod, { labels: {} })).items;
  expect(pod?.metadata.name).toBe('kmm-kmod-sno00001-build-4-18-0-372-46-1-el8-6-x86-64-build');
  expect(kmm.podLog(pod!)).toBe('STEP 1/1: FROM scratch\n');
  await clock.advance(240_000);
  expect(kmm.images.get(image)).toMatchObject({ kernel, signed: false });
  expect(phases.filter((phase, at) => phase !== phases[at - 1])).toEqual(['New', 'Pending', 'Running', 'Complete']);
  expect((await world.hub.list(kinds.Build)).items).toEqual([]);
  expect((await world.hub.list(kinds.ManifestWork)).items).toHaveLength(1);
  const reasons = (await world.hub.list(kinds.Event)).items.map((event) => event.reason);
  expect(reasons).toEqual(['BuildimageCreated', 'BuildimageSucceeded']);
});

test('a build that a scenario lets fail says why, and stays', async () => {
  const { world, clock } = await lab(() => 'make: *** [kmm_ci_a.o] Error 1');
  await cluster(world, 'sno00001');
  await world.hub.create(module);
  await clock.advance(300_000);
  const [build] = (await world.hub.list(kinds.Build)).items;
  expect(build?.status).toMatchObject({ phase: 'Failed', message: 'make: *** [kmm_ci_a.o] Error 1' });
  const pods = (await world.hub.list(kinds.Pod)).items;
  expect(pods.map(kmm.podLog)).toEqual([
    'STEP 1/1: FROM scratch\nerror: build error: make: *** [kmm_ci_a.o] Error 1\n',
  ]);
  const [mic] = (await world.hub.list(kinds.ModuleImagesConfig)).items as readonly Mic[];
  expect(mic?.status?.imagesStates).toEqual([{ image, status: 'DoesNotExist' }]);
  expect(kmm.images.get(image)).toBeUndefined();
});

test('the Dockerfile’s ConfigMap is missing: no Build, only a line in the log, until it is there', async () => {
  const { world, clock } = await lab();
  await world.hub.remove(kinds.ConfigMap, 'dockerfile', names.hubNamespace);
  await cluster(world, 'sno00001');
  await world.hub.create(module);
  await clock.advance(30_000);
  expect((await world.hub.list(kinds.Build)).items).toEqual([]);
  expect(kmm.hubLog().join('\n')).toContain('ConfigMap "dockerfile" not found');
});

test('stopped: the objects stay, nothing acts', async () => {
  const { world, clock } = await lab();
  kmm.removeHub();
  await cluster(world, 'sno00001');
  await world.hub.create(module);
  await clock.advance(10_000);
  expect((await world.hub.list(kinds.ModuleImagesConfig)).items).toEqual([]);
});

test('on spokes: kinds are served, the claim appears, a module loads within a minute, a reboot is lived through', async () => {
  const { world, clock } = await lab();
  const spoke = world.addSpoke(spokePlan('sno00001'));
  await furnishNode(spoke);
  const create = (object: KubeObject) => spoke.core.create(object);
  await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.spokeNamespace } });
  kmm.spoke(spoke, names.spokeNamespace);
  await clock.advance(300);
  expect((await spoke.core.get(kinds.ClusterClaim, names.kernelClaim))?.spec).toEqual({ value: kernel });
  kmm.images.push(image, { kernel, signed: false, at: clock.now() });
  const metadata = { name: 'kmm-kmod', namespace: names.spokeNamespace };
  const container = {
    modprobe: { moduleName: 'kmm_ci_a' },
    kernelMappings: [{ literal: kernel, containerImage: image }],
  };
  await create({
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'Module',
    metadata,
    spec: { selector: {}, moduleLoader: { container } },
  });
  const began = clock.now();
  let loadedAt = 0;
  spoke.core.watch(kinds.NodeModulesConfig, ({ object }) => {
    if ((object.status as { modules?: unknown[] } | undefined)?.modules) loadedAt ||= clock.now();
  });
  await clock.advance(60_000);
  expect(loadedAt - began).toBeGreaterThanOrEqual(8_000);
  expect(loadedAt - began).toBeLessThanOrEqual(50_000);
  expect([...(kmm.inKernel('sno00001') ?? [])]).toEqual([[`${names.spokeNamespace}/kmm-kmod`, image]]);
  const reboot = spoke.reboot({ seen: true });
  await clock.advance(30_000);
  await clock.advance(240_000);
  await reboot;
  expect(kmm.inKernel('sno00001')?.size).toBe(1);
  expect(kmm.spokeLog()).toEqual([]);
  const node = (await spoke.core.get(kinds.Node, 'sno00001')) as Node | undefined;
  const nmc = (await spoke.core.get(kinds.NodeModulesConfig, 'sno00001')) as Nmc | undefined;
  expect(node?.status?.nodeInfo?.bootID).toBeTruthy();
  expect(nmc?.status?.modules?.[0]?.bootId).toBe(node?.status?.nodeInfo?.bootID);
});
