import type { KubeObject } from '../../../shared/kube.ts';
import { type Core, createCore } from '../../apiserver/core.ts';
import { kinds } from '../../kinds.ts';
import { kmmSpokeKinds } from '../../schemas/kmm.ts';
import { ocmSpokeKinds } from '../../schemas/ocm.ts';
import { createTestClock, type TestClock } from '../../test-clock.ts';
import { createImages, type Images } from './images.ts';
import type { Pod } from './objects.ts';
import { createSpokeKmm, type SpokeKmm } from './spoke-kmm.ts';

/** A spoke of one node with KMM on it; the test plays the machine and the node lifecycle controller. */
export interface SpokeFixture {
  core: Core;
  clock: TestClock;
  images: Images;
  kmm: SpokeKmm;
  log: string[];
  workerFails: (pod: Pod) => boolean;
  get(kind: keyof typeof kinds, name?: string): Promise<KubeObject | undefined>;
  taint(...keys: string[]): Promise<void>;
  /** The machine starts another kernel or boot. `seen`: taints came and went meanwhile. */
  reboot(kernel: string, bootID: string, seen: boolean): Promise<void>;
  module(mappings: readonly object[]): Promise<void>;
  stop(): void;
}

export const spokeNode = 'sno00001';
export const repository = 'registry.bastion.example:5000/kmm/kmm-kmod';

/** Up and running `kernel`, first boot b1; pulls and workers take 0.1 s each. */
export async function createSpokeFixture(kernel: string): Promise<SpokeFixture> {
  const clock = createTestClock();
  const core = createCore({ clock });
  core.serve([...kmmSpokeKinds, ...ocmSpokeKinds]);
  await core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-kmm' } });
  const images = createImages();
  const log: string[] = [];
  const labels = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': spokeNode,
    'node-role.kubernetes.io/worker': '',
  };
  await core.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: spokeNode, labels }, spec: {} });
  const boot = async (kernelVersion: string, bootID: string) => {
    const status = { nodeInfo: { kernelVersion, bootID, osImage: 'Red Hat Enterprise Linux CoreOS' } };
    await core.patch(kinds.Node, spokeNode, '', { status }, { type: 'merge', subresource: 'status' });
  };
  await boot(kernel, 'b1');
  const kmm = createSpokeKmm({
    api: core,
    clock,
    random: { between: (from) => from },
    images,
    workerImage: 'r/worker:1',
    pullMs: [100, 100],
    runMs: [100, 100],
    workerFails: (pod) => fixture.workerFails(pod),
    log: (line) => log.push(line),
  });
  const fixture: SpokeFixture = {
    core,
    clock,
    images,
    kmm,
    log,
    workerFails: () => false,
    get(kind, name = kind === 'NodeModulesConfig' || kind === 'Node' ? spokeNode : 'kmm-kmod') {
      return core.get(kinds[kind], name, kinds[kind].namespaced ? 'openshift-kmm' : undefined);
    },
    async taint(...keys) {
      const taints = keys.map((key) => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' }));
      await core.patch(
        kinds.Node,
        spokeNode,
        '',
        { spec: { taints: taints.length > 0 ? taints : null } },
        { type: 'merge' },
      );
      await clock.advance(2_000);
    },
    async reboot(nextKernel, bootID, seen) {
      kmm.down();
      if (seen) await fixture.taint('not-ready');
      await boot(nextKernel, bootID);
      kmm.up();
      await clock.advance(2_000);
      if (seen) await fixture.taint();
    },
    async module(mappings) {
      const container = { kernelMappings: mappings, modprobe: { moduleName: 'kmm_ci_a', dirName: '/opt' } };
      const spec = { moduleLoader: { container }, selector: { 'node-role.kubernetes.io/worker': '' } };
      const metadata = { name: 'kmm-kmod', namespace: 'openshift-kmm' };
      const there = await fixture.get('Module');
      if (there) await core.update({ ...there, spec });
      else await core.create({ apiVersion: 'kmm.sigs.x-k8s.io/v1beta1', kind: 'Module', metadata, spec });
      await clock.advance(2_000);
    },
    stop: () => kmm.stop(),
  };
  await clock.settle();
  return fixture;
}
