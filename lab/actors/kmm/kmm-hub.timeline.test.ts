import { afterEach, describe, expect, test } from 'vitest';
import { type KubeObject, names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { createHubFixture, type HubFixture, mcm } from './hub.fixture.ts';
import { comparable, observed, place, recording } from './observed.fixture.ts';

/** What is the work agent's, not KMM-Hub's. */
const ofTheAgent = (object: KubeObject): KubeObject => {
  if (object.kind !== 'ManifestWork') return object;
  const { status: _, ...rest } = object;
  const { finalizers: __, ...metadata } = object.metadata;
  return { ...rest, metadata } as KubeObject;
};
const kernel = (release: string) => `5.14.0-427.${release}.1.el9_4.x86_64`;
let hub: HubFixture;
afterEach(() => hub.stop());

async function expectAs(file: string): Promise<void> {
  for (const wanted of recording(`ocm/${file}.yaml`)) {
    const kind = Object.values(kinds).find((one) => one.kind === wanted.kind)!;
    const found = await hub.core.get(kind, wanted.metadata.name!, wanted.metadata.namespace);
    expect(found && comparable(ofTheAgent(found)), `${file}: ${place(wanted)}`).toEqual(comparable(ofTheAgent(wanted)));
  }
}

/** The work agent's word on the work of `cluster`. */
async function applied(cluster: string, name: string, status: 'True' | 'False'): Promise<void> {
  const said = { reason: 'x', message: '', lastTransitionTime: '2026-11-22T18:00:00Z' };
  const body = { status: { conditions: [{ type: 'Applied', status, ...said }] } };
  await hub.core.patch(kinds.ManifestWork, name, cluster, body, { type: 'merge', subresource: 'status' });
  await hub.clock.advance(2_000);
}
const module = (name: string) => {
  const container = {
    imagePullPolicy: 'IfNotPresent',
    kernelMappings: [
      {
        containerImage: 'registry.lab.example/kmm/$MOD_NAMESPACE/$MOD_NAME:$KERNEL_FULL_VERSION',
        regexp: '^5\\.14\\..+$',
      },
    ],
    modprobe: { dirName: '/opt', moduleName: name.replace('-', '_') },
  };
  return mcm(name, {
    moduleSpec: {
      imageRepoSecret: { name: 'myrepo-pull-secret' },
      moduleLoader: { container },
      selector: { 'node-role.kubernetes.io/worker': '' },
    },
    selector: { vendor: 'OpenShift' },
    spokeNamespace: names.spokeNamespace,
  });
};
const numbers = async (name: string) => (await hub.core.get(kinds.ManagedClusterModule, name))?.status;

describe.skipIf(!observed.there)(`KMM-Hub with OCM, step by step${observed.why}`, () => {
  test('create, two claim changes, unmatched kernel, deselect, reselect, delete', async () => {
    hub = await createHubFixture();
    await hub.addCluster('sno00001', { vendor: 'OpenShift' }, [kernel('68'), kernel('70')]);
    await hub.core.create(module('kmm-real'));
    await hub.clock.advance(2_000);
    await expectAs('kmm-mic-new');
    expect(await numbers('kmm-real')).toBeUndefined();
    const pods = recording('ocm/kmm-pull-pods.yaml').map(comparable);
    for (const pod of await hub.all(kinds.Pod)) expect(pods).toContainEqual(comparable(pod));

    expect(await hub.answerPulls('kmm-real-sno00001', true)).toBe(2);
    await expectAs('kmm-mic-ready');
    await expectAs('kmm-manifestwork');
    expect(await numbers('kmm-real')).toEqual({ numberDesired: 1 });
    await applied('sno00001', 'kmm-real', 'True');
    await expectAs('kmm-mcm');

    await hub.setKernels('sno00001', [kernel('72')]);
    await hub.clock.advance(2_000);
    await expectAs('kmm-mic-new-kernel');
    // The work keeps the old mappings until the new image is there.
    await expectAs('kmm-manifestwork');
    await hub.answerPulls('kmm-real-sno00001', true);
    const work = await hub.core.get(kinds.ManifestWork, 'kmm-real', 'sno00001');
    expect(JSON.stringify(work?.spec)).toContain(`kmm-real:${kernel('72')}`);

    await hub.setKernels('sno00001', ['6.1.0-1.el9.x86_64']);
    await hub.clock.advance(2_000);
    await expectAs('kmm-mic-kernel-unmatched');
    await expectAs('kmm-manifestwork-kernel-unmatched');
    await applied('sno00001', 'kmm-real', 'False');
    await expectAs('kmm-mcm-kernel-unmatched');

    // A kernel that comes back is taken as there without a pull.
    await hub.setKernels('sno00001', [kernel('68')]);
    await hub.clock.advance(2_000);
    expect(await hub.all(kinds.Pod)).toEqual([]);
    expect(JSON.stringify(await hub.core.get(kinds.ManifestWork, 'kmm-real', 'sno00001'))).toContain(
      `literal":"${kernel('68')}`,
    );

    const relabel = (vendor: string) =>
      hub.core.patch(kinds.ManagedCluster, 'sno00001', '', { metadata: { labels: { vendor } } }, { type: 'merge' });
    await relabel('Other');
    await hub.clock.advance(2_000);
    expect(await hub.all(kinds.ManifestWork)).toEqual([]);
    expect(await hub.all(kinds.ModuleImagesConfig)).toHaveLength(1);
    expect(await numbers('kmm-real')).toEqual({});
    await relabel('OpenShift');
    await hub.clock.advance(2_000);
    expect(await numbers('kmm-real')).toEqual({ numberDesired: 1 });

    await hub.core.remove(kinds.ManagedClusterModule, 'kmm-real');
    await hub.clock.advance(2_000);
    expect(await hub.all(kinds.ManifestWork)).toEqual([]);
    expect(await hub.all(kinds.ModuleImagesConfig)).toEqual([]);
  });

  test('two clusters, two kernels: the second is emptied once the first is ready', async () => {
    hub = await createHubFixture();
    await hub.addCluster('sno00001', { vendor: 'OpenShift' }, [kernel('68')]);
    await hub.addCluster('sno00002', { vendor: 'OpenShift' }, [kernel('99')]);
    await hub.core.create(module('kmm-two'));
    await hub.clock.advance(2_000);
    await hub.answerPulls('kmm-two-sno00001', true);
    await hub.clock.advance(2_000);
    await expectAs('kmm-two-clusters-mics');
    await expectAs('kmm-two-clusters-works');
    expect(await numbers('kmm-two')).toEqual({ numberDesired: 2 });
    expect(await hub.all(kinds.Pod)).toEqual([]);
  });
});
