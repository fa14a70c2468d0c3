import { afterEach, expect, test } from 'vitest';
import { kinds } from '../../kinds.ts';
import type { Mic, Module, Nmc, Pod } from './objects.ts';
import { createSpokeFixture, repository, type SpokeFixture, spokeNode } from './spoke.fixture.ts';

const kernel = '4.18.0-372.46.1.el8_6.x86_64';
const mapping = { literal: kernel, containerImage: `${repository}:1` };
let spoke: SpokeFixture;
afterEach(() => spoke.stop());

async function loaded(): Promise<void> {
  spoke = await createSpokeFixture(kernel);
  spoke.images.push(`${repository}:1`, { kernel, signed: true, at: 0 });
  await spoke.module([mapping]);
}

test('deleted: unloaded first, then gone; label, event and namespace label follow', async () => {
  await loaded();
  expect(spoke.kmm.inKernel(spokeNode).size).toBe(1);
  const home = () => spoke.core.get(kinds.Namespace, 'openshift-kmm');
  expect((await home())?.metadata.labels).toHaveProperty(['kmm.node.k8s.io/contains-modules']);
  await spoke.core.remove(kinds.Module, 'kmm-kmod', 'openshift-kmm');
  expect((await spoke.get('Module'))?.metadata.deletionTimestamp).toBeDefined();
  await spoke.clock.advance(2_000);
  expect(await spoke.get('Module')).toBeUndefined();
  expect(spoke.kmm.inKernel(spokeNode).size).toBe(0);
  expect((await spoke.get('NodeModulesConfig'))?.metadata.labels).toBeUndefined();
  expect((await spoke.get('Node'))?.metadata.labels).not.toHaveProperty([
    'kmm.node.kubernetes.io/openshift-kmm.kmm-kmod.ready',
  ]);
  expect((await home())?.metadata.labels).not.toHaveProperty(['kmm.node.k8s.io/contains-modules']);
  const { items } = await spoke.core.list(kinds.Event);
  expect(items.map((event) => `${event.reason}: ${event.message}`)).toEqual([
    'ModuleLoaded: Module openshift-kmm/kmm-kmod loaded into the kernel',
    'ModuleUnloaded: Module openshift-kmm/kmm-kmod unloaded from the kernel',
  ]);
  expect((await spoke.core.list(kinds.Pod)).items).toEqual([]);
});

test('image missing: the pull pod waits, the numbers say nothing, until someone pushes it', async () => {
  spoke = await createSpokeFixture(kernel);
  await spoke.module([mapping]);
  await spoke.clock.advance(600_000);
  const [pod] = (await spoke.core.list(kinds.Pod)).items as readonly Pod[];
  expect(pod?.metadata.labels?.['kmm.node.kubernetes.io/pull-pod-type']).toBe('until-success');
  expect(pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ErrImagePull');
  expect(((await spoke.get('ModuleImagesConfig')) as Mic).status).toBeUndefined();
  expect(((await spoke.get('Module')) as Module).status?.moduleLoader).toEqual({ nodesMatchingSelectorNumber: 1 });
  expect(await spoke.get('NodeModulesConfig')).toBeUndefined();
  spoke.images.push(`${repository}:1`, { kernel, signed: true, at: 0 });
  await spoke.clock.advance(2_000);
  expect(spoke.kmm.inKernel(spokeNode).size).toBe(1);
});

test('an image for another kernel under the tag crash-loops, ever more slowly', async () => {
  spoke = await createSpokeFixture(kernel);
  spoke.images.push(`${repository}:1`, { kernel: '5.14.0-1.el9.x86_64', signed: true, at: 0 });
  await spoke.module([mapping]);
  const restarts = async () =>
    ((await spoke.core.get(kinds.Pod, `kmm-worker-${spokeNode}-kmm-kmod`, 'openshift-kmm')) as Pod).status
      ?.containerStatuses?.[0]?.restartCount;
  await spoke.clock.advance(30_000);
  expect(await restarts()).toBe(3);
  await spoke.clock.advance(300_000);
  expect(await restarts()).toBe(6);
  expect(((await spoke.get('Module')) as Module).status?.moduleLoader).toEqual({
    desiredNumber: 1,
    nodesMatchingSelectorNumber: 1,
  });
});

test('power off while a pull is under way: it begins anew, and nothing is loaded by a dead machine', async () => {
  spoke = await createSpokeFixture(kernel);
  spoke.images.push(`${repository}:1`, { kernel, signed: true, at: 0 });
  await spoke.clock.settle();
  const { core, clock, kmm } = spoke;
  const spec = {
    moduleLoader: { container: { kernelMappings: [mapping], modprobe: { moduleName: 'm' } } },
    selector: {},
  };
  await core.create({
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'Module',
    metadata: { name: 'kmm-kmod', namespace: 'openshift-kmm' },
    spec,
  });
  await clock.advance(50);
  kmm.down();
  await clock.advance(60_000);
  expect(kmm.inKernel(spokeNode).size).toBe(0);
  kmm.up();
  await clock.advance(2_000);
  expect(kmm.inKernel(spokeNode).size).toBe(1);
});

test('ordered upgrade: the version label decides', async () => {
  await loaded();
  const { core, clock } = spoke;
  const label = (version: string | null) =>
    core.patch(
      kinds.Node,
      spokeNode,
      '',
      { metadata: { labels: { 'kmm.node.kubernetes.io/version-module.openshift-kmm.kmm-kmod': version } } },
      { type: 'merge' },
    );
  const container = { kernelMappings: [mapping], modprobe: { moduleName: 'm' }, version: '2' };
  const module = (await spoke.get('Module'))!;
  await core.update({ ...module, spec: { ...(module.spec as object), moduleLoader: { container } } });
  await clock.advance(2_000);
  expect(spoke.kmm.inKernel(spokeNode).size).toBe(0);
  await label('2');
  await clock.advance(2_000);
  expect(((await spoke.get('NodeModulesConfig')) as Nmc).status?.modules?.[0]).toMatchObject({ version: '2' });
  expect((await spoke.get('Node'))?.metadata.labels).toMatchObject({
    'beta.kmm.node.kubernetes.io/version-worker-pod.openshift-kmm.kmm-kmod': '2',
    'kmm.node.kubernetes.io/openshift-kmm.kmm-kmod.version.ready': '2',
  });
  await label(null);
  await clock.advance(2_000);
  expect(spoke.kmm.inKernel(spokeNode).size).toBe(0);
});

test('at rest nothing is written', async () => {
  await loaded();
  const { resourceVersion } = await spoke.core.list(kinds.Pod);
  await spoke.clock.advance(3_600_000);
  expect((await spoke.core.list(kinds.Pod)).resourceVersion).toBe(resourceVersion);
  expect(spoke.log).toEqual([]);
});
