import { afterEach, expect, test } from 'vitest';
import { names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { createHubFixture, type HubFixture, mcm } from './hub.fixture.ts';
import type { Mbsc, Mic } from './objects.ts';

const k1 = '4.18.0-372.46.1.el8_6.x86_64';
const k2 = '4.18.0-372.51.1.el8_6.x86_64';
const module = (name: string, mappings: object[], more: object = {}) =>
  mcm(name, {
    selector: {},
    spokeNamespace: names.spokeNamespace,
    moduleSpec: {
      selector: {},
      moduleLoader: { container: { modprobe: { moduleName: 'm' }, kernelMappings: mappings, ...more } },
    },
  });
let hub: HubFixture;
afterEach(() => hub.stop());
const mic = async (name: string) =>
  (await hub.core.get(kinds.ModuleImagesConfig, name, names.hubNamespace)) as Mic | undefined;

test('the empty selector selects all; a cluster without the claim is passed over in silence', async () => {
  hub = await createHubFixture();
  await hub.addCluster('a', {}, [k1]);
  await hub.addCluster('b', {});
  await hub.core.create(module('m', [{ regexp: '.', containerImage: 'r/m:1' }]));
  await hub.clock.advance(2_000);
  expect((await hub.all(kinds.ModuleImagesConfig)).map((one) => one.metadata.name)).toEqual(['m-a']);
  expect(hub.log.filter((line) => !line.startsWith('m: cluster a'))).toEqual([]);
});

test('two kernels on one tag: only the first is looked for', async () => {
  hub = await createHubFixture();
  await hub.addCluster('a', {}, [k1, k2]);
  await hub.core.create(module('m', [{ regexp: '.', containerImage: 'r/m:latest' }]));
  await hub.clock.advance(2_000);
  expect((await mic('m-a'))?.spec.images?.map((one) => one.kernelVersion)).toEqual([k1]);
});

test('MIC names collide: a-b on c and a on b-c', async () => {
  hub = await createHubFixture();
  await hub.addCluster('c', { for: 'one' }, [k1]);
  await hub.addCluster('b-c', { for: 'two' }, [k1]);
  const one = module('a-b', [{ regexp: '.', containerImage: 'r/one:1' }]);
  const two = module('a', [{ regexp: '.', containerImage: 'r/two:1' }]);
  await hub.core.create({ ...one, spec: { ...(one.spec as object), selector: { for: 'one' } } });
  await hub.core.create({ ...two, spec: { ...(two.spec as object), selector: { for: 'two' } } });
  await hub.clock.advance(1_000);
  expect((await hub.all(kinds.ModuleImagesConfig)).map((found) => found.metadata.name)).toEqual(['a-b-c']);
});

test('no moduleLoader: a panic again and again, no work, no status', async () => {
  hub = await createHubFixture();
  await hub.addCluster('a', {}, [k1]);
  const selector = {};
  await hub.core.create(
    mcm('m', {
      selector,
      spokeNamespace: 'x',
      moduleSpec: { selector, devicePlugin: { container: { image: 'r/d:1' } } },
    }),
  );
  await hub.clock.advance(60_000);
  const panics = hub.log.filter((line) => line.includes('nil pointer dereference'));
  expect(panics.length).toBeGreaterThan(8);
  expect(await hub.all(kinds.ManifestWork)).toEqual([]);
  expect((await hub.core.get(kinds.ManagedClusterModule, 'm'))?.status).toBeUndefined();
});

test('DTK_AUTO for a kernel that no hub node runs: NeedsBuilding for ever, no build, no event', async () => {
  hub = await createHubFixture();
  const metadata = { name: 'dockerfile', namespace: names.hubNamespace };
  await hub.core.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { dockerfile: 'FROM ${DTK_AUTO}' } });
  await hub.addCluster('a', {}, [k1]);
  await hub.core.create(
    module('m', [{ regexp: '.', containerImage: 'r/m:1', build: { dockerfileConfigMap: { name: 'dockerfile' } } }]),
  );
  await hub.clock.advance(2_000);
  await hub.answerPulls('m-a', false);
  await hub.clock.advance(60_000);
  expect((await mic('m-a'))?.status).toEqual({ imagesStates: [{ image: 'r/m:1', status: 'NeedsBuilding' }] });
  expect(await hub.all(kinds.Build)).toEqual([]);
  expect(await hub.all(kinds.Event)).toEqual([]);
  expect(hub.log.join('\n')).toContain(
    `could not get DTK image for kernel ${k1}: could not find kernel ${k1} in kernel --> OS mapping`,
  );
  // A node with that kernel joins the hub: nothing wakes the MBSC but its own retry.
  const node = await hub.core.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: {} });
  await hub.core.update({ ...node, status: { nodeInfo: { kernelVersion: k1, osImage: 'x', bootID: 'b' } } }, 'status');
  await hub.clock.advance(300_000);
  expect(await hub.all(kinds.Build)).toHaveLength(1);
});

test('sign-only whose signing fails: the action flips to a build that panics', async () => {
  hub = await createHubFixture();
  for (const key of ['key', 'cert']) {
    await hub.core.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: key, namespace: names.hubNamespace },
      data: { [key]: 'eA==' },
    });
  }
  await hub.addCluster('a', {}, [k1]);
  const sign = {
    unsignedImage: 'r/u:1',
    keySecret: { name: 'key' },
    certSecret: { name: 'cert' },
    filesToSign: ['/opt/a.ko'],
  };
  await hub.core.create(module('m', [{ regexp: '.', containerImage: 'r/m:1', sign }]));
  await hub.clock.advance(2_000);
  await hub.answerPulls('m-a', false);
  await hub.endBuild((await hub.all(kinds.Build))[0]!.metadata.name!, 'Failed');
  await hub.clock.advance(5_000);
  const [mbsc] = await hub.all(kinds.ModuleBuildSignConfig);
  expect((mbsc as Mbsc | undefined)?.spec.images[0]?.action).toBe('BuildImage');
  expect(hub.log.join('\n')).toContain('nil pointer dereference');
});

test('one build per cluster, until the image is there: after a canary, pulls only', async () => {
  hub = await createHubFixture();
  const metadata = { name: 'dockerfile', namespace: names.hubNamespace };
  await hub.core.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { dockerfile: 'FROM x' } });
  for (const name of ['a', 'b', 'c']) await hub.addCluster(name, {}, [k1]);
  await hub.core.create(
    module('m', [{ regexp: '.', containerImage: 'r/m:1', build: { dockerfileConfigMap: { name: 'dockerfile' } } }]),
  );
  await hub.clock.advance(2_000);
  for (const name of ['a', 'b', 'c']) await hub.answerPulls(`m-${name}`, false);
  expect(await hub.all(kinds.Build)).toHaveLength(3);
});

test('a deleted cluster loses its work; a claim that goes away is not seen', async () => {
  hub = await createHubFixture();
  for (const name of ['a', 'b']) await hub.addCluster(name, {}, [k1]);
  await hub.core.create(module('m', [{ regexp: '.', containerImage: 'r/m:1' }]));
  await hub.clock.advance(2_000);
  for (const name of ['a', 'b']) await hub.answerPulls(`m-${name}`, true);
  expect(await hub.all(kinds.ManifestWork)).toHaveLength(2);
  const before = (await mic('m-b'))?.metadata.resourceVersion;
  await hub.core.patch(
    kinds.ManagedCluster,
    'b',
    '',
    { status: { clusterClaims: null } },
    { type: 'merge', subresource: 'status' },
  );
  await hub.clock.advance(2_000);
  expect((await mic('m-b'))?.metadata.resourceVersion).toBe(before);
  await hub.core.remove(kinds.ManagedCluster, 'a');
  await hub.clock.advance(2_000);
  expect((await hub.all(kinds.ManifestWork)).map((work) => work.metadata.namespace)).toEqual(['b']);
  expect(await mic('m-a')).toBeDefined();
});
