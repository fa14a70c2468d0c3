import { afterEach, describe, expect, test } from 'vitest';
import { type KubeObject, names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { createHubFixture, type HubFixture } from './hub.fixture.ts';
import { comparable, observed, place, recording } from './observed.fixture.ts';

const k1 = '5.14.0-284.30.1.el9_2.x86_64';
const k2 = '5.14.0-284.36.1.el9_2.x86_64';
const dockerfile = 'ARG DTK_AUTO\nFROM ${DTK_AUTO} as builder\nARG KERNEL_VERSION\nARG CI_BUILD_ARG\nRUN make\n';
let hub: HubFixture;
afterEach(() => hub.stop());

/** The hub with a node of the first kernel, the Dockerfile and the signing Secrets, as in the recorded runs. */
async function equipped(): Promise<HubFixture> {
  const fixture = await createHubFixture();
  const { core } = fixture;
  const node = await core.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'master-0' }, spec: {} });
  await core.update(
    { ...node, status: { nodeInfo: { kernelVersion: k1, osImage: 'RHCOS 413.92', bootID: 'x' } } },
    'status',
  );
  const metadata = { name: 'kmm-kmod-dockerfile', namespace: names.hubNamespace };
  await core.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { dockerfile } });
  for (const key of ['key', 'cert']) {
    const data = { [key]: Buffer.from(key).toString('base64') };
    await core.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `s-${key}`, namespace: names.hubNamespace },
      data,
    });
  }
  await fixture.clock.settle();
  return fixture;
}

async function apply(object: KubeObject): Promise<void> {
  const { status: _, ...wanted } = object;
  await hub.core.create(wanted as KubeObject);
  await hub.clock.advance(2_000);
}

async function expectAll(objects: readonly KubeObject[]): Promise<void> {
  for (const wanted of objects) {
    const kind = Object.values(kinds).find((one) => one.kind === wanted.kind)!;
    const found = await hub.core.get(kind, wanted.metadata.name!, wanted.metadata.namespace);
    expect(found && comparable(found), place(wanted)).toEqual(comparable(wanted));
  }
}

const mcmOf = (objects: readonly KubeObject[]) => objects.find((one) => one.kind === 'ManagedClusterModule')!;
const events = async () =>
  (await hub.all(kinds.Event)).map(
    (event) => `${event.reason} ${(event.involvedObject as { name: string }).name}: ${event.message}`,
  );

describe.skipIf(!observed.there)(`what KMM-Hub was seen to write${observed.why}`, () => {
  test('one kernel, image absent at first', async () => {
    const objects = recording('kmm-hub/one-kernel.yaml');
    hub = await equipped();
    for (const name of ['spoke-a', 'spoke-b']) await hub.addCluster(name, { g: 'one' }, [k1]);
    // The recorded run ended with a pass that began at the second cluster.
    hub.first = 1;
    await apply(mcmOf(objects));
    for (const name of ['one-spoke-a', 'one-spoke-b']) expect(await hub.answerPulls(name, false)).toBe(1);
    const builds = await hub.all(kinds.Build);
    expect(builds.map((build) => build.metadata.name).sort()).toEqual([
      'one-spoke-a-build-5-14-0-284-30-1-el9-2-x86-64',
      'one-spoke-b-build-5-14-0-284-30-1-el9-2-x86-64',
    ]);
    for (const build of builds) await hub.endBuild(build.metadata.name!, 'Complete');
    await hub.clock.advance(5_000);
    await expectAll(objects);
    expect(await hub.all(kinds.Build)).toEqual([]);
    expect(await hub.all(kinds.Pod)).toEqual([]);
    expect((await events()).filter((event) => event.includes('one-spoke-a')).sort()).toEqual([
      'BuildimageCreated one-spoke-a: Buildimage created for kernel 5-14-0-284-30-1-el9-2-x86-64',
      'BuildimageSucceeded one-spoke-a: Buildimage job succeeded for kernel 5-14-0-284-30-1-el9-2-x86-64',
    ]);
  });

  test('two kernels under one module: only the first cluster keeps its mapping', async () => {
    const objects = recording('kmm-hub/two-kernels-poisoned.yaml');
    hub = await equipped();
    const kernels = [k1, k2, k1, k2];
    for (const [at, name] of ['m-a', 'm-b', 'm-c', 'm-d'].entries())
      await hub.addCluster(name, { g: 'two' }, [kernels[at]!]);
    await apply(mcmOf(objects));
    // The recorded states came about when both were seen before the pass that emptied the rest.
    await hub.answerPulls(['two-m-d', 'two-m-a'], true);
    await hub.clock.advance(5_000);
    await expectAll(objects);
    expect(await hub.all(kinds.Pod)).toEqual([]);
  });

  test('a build that fails', async () => {
    const objects = recording('kmm-hub/build-failed.yaml');
    hub = await equipped();
    await hub.addCluster('f-a', { g: 'f' }, [k1]);
    await apply(mcmOf(objects));
    await hub.answerPulls('bf-f-a', false);
    const build = objects.find((one) => one.kind === 'Build')!;
    await hub.endBuild(build.metadata.name!, 'Failed');
    await hub.clock.advance(5_000);
    await expectAll(objects);
    expect(await events()).toEqual([
      'BuildimageCreated bf-f-a: Buildimage created for kernel 5-14-0-284-30-1-el9-2-x86-64',
      'BuildimageFailed bf-f-a: Buildimage job failed for kernel 5-14-0-284-30-1-el9-2-x86-64',
    ]);
    const old = await hub.core.get(kinds.Build, build.metadata.name!, names.hubNamespace);
    await hub.core.remove(kinds.Build, build.metadata.name!, names.hubNamespace);
    await hub.clock.advance(2_000);
    const again = await hub.core.get(kinds.Build, build.metadata.name!, names.hubNamespace);
    expect(again?.metadata.uid).not.toBe(old?.metadata.uid);
    expect(again?.status).toBeUndefined();
  });

  test('build and sign share the tag; sign-only', async () => {
    const objects = recording('kmm-hub/build-and-sign.yaml');
    const bare = ({ status: _, ...object }: KubeObject) => comparable(object as KubeObject);
    const [pull, build, sign, soloPull, soloSign] = objects;
    hub = await equipped();
    await hub.addCluster('n-a', { g: 'n' }, [k1]);
    const signing = (unsignedImage?: string) => ({
      keySecret: { name: 's-key' },
      certSecret: { name: 's-cert' },
      filesToSign: ['/opt/lib/modules/${KERNEL_FULL_VERSION}/kmm_ci_a.ko'],
      ...(unsignedImage && { unsignedImage }),
    });
    const module = (name: string, mapping: object): KubeObject => ({
      apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
      kind: 'ManagedClusterModule',
      metadata: { name },
      spec: {
        selector: { g: 'n' },
        spokeNamespace: 'openshift-kmm',
        moduleSpec: {
          selector: {},
          moduleLoader: {
            container: {
              modprobe: { moduleName: 'kmm_ci_a', dirName: '/opt' },
              kernelMappings: [
                {
                  regexp: 'x86_64$',
                  containerImage: `registry.bastion.example:5000/kmm/${name}:\${KERNEL_FULL_VERSION}-signed`,
                  ...mapping,
                },
              ],
            },
          },
        },
      },
    });
    await apply(module('bs', { build: { dockerfileConfigMap: { name: 'kmm-kmod-dockerfile' } }, sign: signing() }));
    const [pod] = await hub.all(kinds.Pod);
    expect(comparable(pod!)).toEqual(comparable(pull!));
    await hub.answerPulls('bs-n-a', false);
    await expectAll([build!]);
    await hub.endBuild(build!.metadata.name!, 'Complete');
    const signBuild = await hub.core.get(kinds.Build, sign!.metadata.name!, names.hubNamespace);
    expect(signBuild && bare(signBuild)).toEqual(bare(sign!));
    await hub.endBuild(sign!.metadata.name!, 'Complete');
    const mic = await hub.core.get(kinds.ModuleImagesConfig, 'bs-n-a', names.hubNamespace);
    expect(mic?.status).toEqual({
      imagesStates: [{ image: `registry.bastion.example:5000/kmm/bs:${k1}-signed`, status: 'Exists' }],
    });
    await apply(module('so', { sign: signing('registry.bastion.example:5000/kmm/unsigned:${KERNEL_FULL_VERSION}') }));
    const [second] = await hub.all(kinds.Pod);
    expect(comparable(second!)).toEqual(comparable(soloPull!));
    await hub.answerPulls('so-n-a', false);
    await expectAll([soloSign!]);
  });
});
