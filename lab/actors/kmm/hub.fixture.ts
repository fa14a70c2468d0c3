import { type KubeObject, names } from '../../../shared/kube.ts';
import { type Core, createCore } from '../../apiserver/core.ts';
import { kinds } from '../../kinds.ts';
import { kmmHubKinds } from '../../schemas/kmm.ts';
import { ocmHubKinds } from '../../schemas/ocm.ts';
import { openshiftKinds } from '../../schemas/openshift.ts';
import { createTestClock, type TestClock } from '../../test-clock.ts';
import { createKmmHub } from './kmm-hub.ts';
import { kmm } from './labels.ts';
import type { Pod } from './objects.ts';

/** A hub API server with KMM-Hub on it, and nothing else: the test plays kubelet and builds. */
export interface HubFixture {
  core: Core;
  clock: TestClock;
  log: string[];
  /** The position among the selected clusters that each pass begins with. */
  first: number;
  addCluster(name: string, labels: Record<string, string>, kernels?: string[]): Promise<void>;
  setKernels(name: string, kernels: string[]): Promise<void>;
  /** Ends the pull pods of these MICs at one moment: image there, or refused. Gives their number. */
  answerPulls(owners: string | readonly string[], there: boolean): Promise<number>;
  endBuild(name: string, phase: 'Complete' | 'Failed'): Promise<void>;
  all(kind: (typeof kinds)[keyof typeof kinds]): Promise<readonly KubeObject[]>;
  stop(): void;
}

/** Runs at the pace of the real one, on a clock that the test moves. */
export async function createHubFixture(): Promise<HubFixture> {
  const clock = createTestClock();
  const core = createCore({ clock });
  core.serve([...ocmHubKinds, ...kmmHubKinds, ...openshiftKinds]);
  const namespace = (name: string) => core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await namespace(names.hubNamespace);
  const log: string[] = [];
  const random = { whole: (from: number, to: number) => Math.min(from + fixture.first, to) };
  const fixture: HubFixture = {
    core,
    clock,
    log,
    first: 0,
    async addCluster(name, labels, kernels) {
      await namespace(name);
      await core.create({
        apiVersion: 'cluster.open-cluster-management.io/v1',
        kind: 'ManagedCluster',
        metadata: { name, labels },
        spec: { hubAcceptsClient: true },
      });
      if (kernels) await fixture.setKernels(name, kernels);
    },
    async setKernels(name, kernels) {
      const clusterClaims = [{ name: names.kernelClaim, value: kernels.join('\n') }];
      await core.patch(
        kinds.ManagedCluster,
        name,
        '',
        { status: { clusterClaims } },
        { type: 'merge', subresource: 'status' },
      );
    },
    async answerPulls(owners, there) {
      const pods = (await core.list(kinds.Pod)).items as readonly Pod[];
      const mine = [owners]
        .flat()
        .flatMap((owner) => pods.filter((pod) => pod.metadata.labels?.[kmm.imageOwner] === owner));
      for (const pod of mine) {
        const waiting = { reason: 'ErrImagePull', message: 'manifest unknown' };
        const status = there
          ? { phase: 'Succeeded' }
          : {
              phase: 'Pending',
              containerStatuses: [
                { name: 'puller', restartCount: 0, ready: false, image: '', imageID: '', state: { waiting } },
              ],
            };
        await core.patch(
          kinds.Pod,
          pod.metadata.name!,
          names.hubNamespace,
          { status },
          { type: 'merge', subresource: 'status' },
        );
      }
      await clock.advance(1_000);
      return mine.length;
    },
    async endBuild(name, phase) {
      await core.patch(
        kinds.Build,
        name,
        names.hubNamespace,
        { status: { phase } },
        { type: 'merge', subresource: 'status' },
      );
      await clock.advance(1_000);
    },
    all: async (kind) => (await core.list(kind)).items,
    stop: () => hub.stop(),
  };
  const hub = createKmmHub({ api: core, clock, random, namespace: names.hubNamespace, log: (line) => log.push(line) });
  return fixture;
}

/** An MCM as a person would apply it. */
export const mcm = (name: string, spec: unknown): KubeObject => ({
  apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ManagedClusterModule',
  metadata: { name },
  spec,
});
