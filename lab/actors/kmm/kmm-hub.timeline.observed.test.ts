import { afterEach, describe, expect, test } from 'vitest';
import { names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { kmmHubKinds } from '../../schemas/kmm.ts';
import { comparable as onSpoke } from '../ocm/observed.fixture.ts';
import { createStage, type Stage } from '../ocm/stage.fixture.ts';
import { byField, follow, type Story, timelineAt, withoutLastLooks } from '../timeline.fixture.ts';
import { mcm } from './hub.fixture.ts';
import { createKmmHub } from './kmm-hub.ts';
import { kmm } from './labels.ts';
import { observed, recording } from './observed.fixture.ts';

const kernel = (release: string) => `5.14.0-427.${release}.1.el9_4.x86_64`;
let stage: Stage;
let stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  stage?.stop();
});

async function begin(): Promise<{ told(): Story }> {
  stage = await createStage();
  const { hub } = stage.world;
  hub.serve(kmmHubKinds);
  await hub.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.hubNamespace } });
  await stage.grant(['modules']);
  await relabel('OpenShift');
  await setKernels('sno00001', kernel('68'), kernel('70'));
  // The second cluster of the recorded run had no agent.
  await hub.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sno00002' } });
  await stage.clock.settle();
  const operator = createKmmHub({
    api: hub,
    clock: stage.clock,
    random: { whole: (from) => from },
    namespace: names.hubNamespace,
  });
  const watched = follow(
    [kinds.ManagedClusterModule, kinds.ModuleImagesConfig, kinds.Pod, kinds.ManifestWork].map((kind) => [hub, kind]),
  );
  stops = [operator.stop, watched.stop];
  await stage.clock.settle();
  return { told: watched.story };
}

const relabel = (vendor: string, name = 'sno00001') =>
  stage.admin.patch(kinds.ManagedCluster, name, '', { metadata: { labels: { vendor } } }, { type: 'merge' });

/** The claim as the spoke's KMM and its agent bring it to the hub. */
async function setKernels(cluster: string, ...kernels: string[]): Promise<void> {
  const value = kernels.join('\n');
  if (cluster === 'sno00001') {
    await stage.local.patch(kinds.ClusterClaim, names.kernelClaim, '', { spec: { value } }, { type: 'merge' });
  } else {
    const status = { status: { clusterClaims: [{ name: names.kernelClaim, value }] } };
    await stage.admin.patch(kinds.ManagedCluster, cluster, '', status, { type: 'merge', subresource: 'status' });
  }
  await stage.clock.advance(5_000);
}

/** All pull pods of one MIC end well. */
async function pulled(owner: string): Promise<void> {
  const { items } = await stage.world.hub.list(kinds.Pod, { labels: { [kmm.imageOwner]: owner } });
  const image = (pod: object) => JSON.stringify(pod).match(/kmm\/[^"]*/)?.[0] ?? '';
  for (const { metadata } of [...items].sort((a, b) => (image(a) < image(b) ? -1 : 1))) {
    const status = { status: { phase: 'Succeeded' } };
    await stage.admin.patch(kinds.Pod, metadata.name!, names.hubNamespace, status, {
      type: 'merge',
      subresource: 'status',
    });
    await stage.clock.advance(50);
  }
  await stage.clock.advance(5_000);
}

const module = (name: string) =>
  mcm(name, {
    moduleSpec: {
      imageRepoSecret: { name: 'myrepo-pull-secret' },
      moduleLoader: {
        container: {
          imagePullPolicy: 'IfNotPresent',
          kernelMappings: [
            {
              containerImage: 'registry.lab.example/kmm/$MOD_NAMESPACE/$MOD_NAME:$KERNEL_FULL_VERSION',
              regexp: '^5\\.14\\..+$',
            },
          ],
          modprobe: { dirName: '/opt', moduleName: name.replace('-', '_') },
        },
      },
      selector: { 'node-role.kubernetes.io/worker': '' },
    },
    selector: { vendor: 'OpenShift' },
    spokeNamespace: names.spokeNamespace,
  });

describe.skipIf(!observed.there)(`KMM-Hub and OCM's agent together, state by state${observed.why}`, () => {
  test('one cluster through claims, selection and deletion; then two clusters of two kernels', async () => {
    const { told } = await begin();
    await stage.admin.create(module('kmm-real'));
    await stage.clock.advance(5_000);
    await pulled('kmm-real-sno00001');
    const [recorded] = recording('ocm/kmm-module-on-spoke.yaml');
    const delivered = await stage.spoke.core.get(kinds.Module, 'kmm-real', names.spokeNamespace);
    expect(onSpoke(delivered!)).toEqual(onSpoke(recorded!));
    await setKernels('sno00001', kernel('72'));
    await pulled('kmm-real-sno00001');
    await setKernels('sno00001', '6.1.0-1.el9.x86_64');
    await setKernels('sno00001', kernel('68'));
    await relabel('Other');
    await stage.clock.advance(5_000);
    await relabel('OpenShift');
    await stage.clock.advance(5_000);
    await stage.admin.remove(kinds.ManagedClusterModule, 'kmm-real');
    await stage.clock.advance(20_000);

    await stage.admin.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'sno00002', labels: { vendor: 'OpenShift' } },
      spec: { hubAcceptsClient: true },
    });
    await setKernels('sno00002', kernel('99'));
    await stage.admin.create(module('kmm-two'));
    await stage.clock.advance(5_000);
    await pulled('kmm-two-sno00001');
    await stage.admin.remove(kinds.ManagedClusterModule, 'kmm-two');
    await stage.clock.advance(20_000);

    const real = timelineAt('ocm/timeline-kmm-hub.yaml');
    const ours = told();
    // The real one's cache lagged: a second pod for one image, and one pass more before the second cluster's work.
    expect([...real.keys()].filter((object) => object.endsWith(' again'))).toHaveLength(1);
    for (const object of real.keys()) if (object.endsWith(' again')) real.delete(object);
    const two = real.get('ManagedClusterModule kmm-two')!;
    expect(two[1]).toMatchObject({ status: { numberDesired: 1 } });
    two.splice(1, 1);
    expect([...ours.keys()].sort()).toEqual([...real.keys()].sort());
    for (const [object, states] of real) {
      const alike = object.endsWith('/kmm-two') ? withoutLastLooks : (all: typeof states) => all;
      expect(byField(alike(ours.get(object)!)), object).toEqual(byField(alike(states)));
    }
  });
});
