import { expect, test } from 'vitest';
import { type KubeObject, names } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { createRandom } from '../../world/random.ts';
import { createInformer } from '../ocm/informer.ts';
import { createHubFixture, mcm } from './hub.fixture.ts';
import { createImages } from './images.ts';
import { createPullKubelet } from './pull-kubelet.ts';

const kernel = '4.18.0-372.46.1.el8_6.x86_64';
const image = `registry.bastion.example:5000/kmm/kmm-kmod:${kernel}`;

async function deliver(count: number, pulls: { lanes?: number; pullMs: readonly [number, number] }) {
  const hub = await createHubFixture();
  const images = createImages();
  images.push(image, { kernel, signed: false, at: 0 });
  for (let at = 0; at < count; at += 1)
    await hub.addCluster(`sno${String(at).padStart(5, '0')}`, { vendor: 'OpenShift' }, [kernel]);
  const pods = createInformer(hub.core, kinds.Pod);
  await hub.clock.settle();
  createPullKubelet({ api: hub.core.as('kubelet'), pods, clock: hub.clock, random: createRandom(1), images, ...pulls });
  const seen = { mics: [] as number[], works: [] as number[] };
  const began = hub.clock.now();
  const note = (times: number[]) => (event: { type: string }) => {
    if (event.type === 'ADDED') times.push(hub.clock.now() - began);
  };
  hub.core.watch(kinds.ModuleImagesConfig, note(seen.mics));
  hub.core.watch(kinds.ManifestWork, note(seen.works));
  const container = {
    modprobe: { moduleName: 'kmm_ci_a' },
    kernelMappings: [{ regexp: 'x86_64$', containerImage: image }],
  };
  await hub.core.create(
    mcm('kmm-kmod', {
      selector: { vendor: 'OpenShift' },
      spokeNamespace: names.spokeNamespace,
      moduleSpec: { selector: {}, moduleLoader: { container } },
    }),
  );
  return { hub, seen };
}

test('1,748 clusters, pull pods answered at once: the last work after about 257 s (real-hub.md 2, no. 12)', async () => {
  const { hub, seen } = await deliver(1_748, { pullMs: [1, 1] });
  await hub.clock.advance(330_000);
  expect(seen.works).toHaveLength(1_748);
  const [first, last] = [seen.works[0]! / 1_000, seen.works.at(-1)! / 1_000];
  expect(last).toBeGreaterThan(230);
  expect(last).toBeLessThan(285);
  // Works only after the last MIC, then 20 a second.
  expect(first).toBeGreaterThanOrEqual(seen.mics.at(-1)! / 1_000 - 1);
  expect(1_747 / (last - first)).toBeGreaterThan(18);
  expect(1_747 / (last - first)).toBeLessThan(22);
  const status = ((await hub.core.get(kinds.ManagedClusterModule, 'kmm-kmod')) as KubeObject).status;
  expect(status).toEqual({ numberDesired: 1_748 });
  expect(hub.log).toEqual([]);
  // At rest: nothing is written any more.
  const { resourceVersion } = await hub.core.list(kinds.ManifestWork);
  await hub.clock.advance(60_000);
  expect((await hub.core.list(kinds.ManifestWork)).resourceVersion).toBe(resourceVersion);
  hub.stop();
}, 120_000);

test('with the hub’s own nodes pulling, a little over 3 clusters a second: about 10 minutes for 1,748', async () => {
  const { hub, seen } = await deliver(300, { lanes: 3, pullMs: [700, 1_100] });
  await hub.clock.advance(150_000);
  expect(seen.works).toHaveLength(300);
  const perSecond = 300 / (seen.works.at(-1)! / 1_000);
  expect(perSecond).toBeGreaterThan(2.8);
  expect(perSecond).toBeLessThan(3.6);
  hub.stop();
}, 120_000);
