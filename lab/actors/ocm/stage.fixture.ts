import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { KindRef } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import { kmmSpokeKinds } from '../../schemas/kmm.ts';
import { createTestClock } from '../../test-clock.ts';
import { furnishNode } from '../../world/spoke.ts';
import { createWorld } from '../../world/world.ts';
import { startCsrHub } from './csr-hub.ts';
import { approved, requestStatus } from './csr-object.ts';
import { createHubView } from './hub-view.ts';
import { mutateStatus } from './mutate.ts';
import { startPlacement } from './placement.ts';
import { startRegistrationAgent } from './registration-agent.ts';
import { startRegistrationHub } from './registration-hub.ts';
import { startWorkAgent } from './work-agent.ts';

/** A hub and one spoke, sno00001, as in the recordings: real actors on a clock that a test moves. */
export async function createStage({ webhook = false, accepted = true, certificates = false } = {}) {
  const clock = createTestClock();
  const world = createWorld({ clock, seed: 7 });
  const hub = createHubView(world.hub, clock, world.random.fork('ocm'), 'https://127.0.0.1:18443');
  const spoke = world.addSpoke({
    name: 'sno00001',
    kernel: '5.14.0-427.68.1.el9_4.x86_64',
    arch: 'amd64',
    openshift: '4.18.10',
    rhcos: '418.94',
  });
  await furnishNode(spoke);
  spoke.core.serve(kmmSpokeKinds);
  await spoke.core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-kmm' } });
  await spoke.core.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'open-cluster-management-agent-addon' },
  });
  const claims = {
    'id.k8s.io': '11111111-2222-3333-4444-000000000001',
    'kernel-versions.kmm.node.kubernetes.io': '5.14.0-427.68.1.el9_4.x86_64',
    'version.openshift.io': '4.18.10',
  };
  const claim = (name: string, value: string) =>
    spoke.core.create({
      apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
      kind: 'ClusterClaim',
      metadata: { name },
      spec: { value },
    });
  for (const [name, value] of Object.entries(claims)) await claim(name, value);
  const stops = [startRegistrationHub(hub, { webhook }), startPlacement(hub), startCsrHub(hub)];
  for (const kind of [kinds.ManagedClusterAddOn, kinds.Lease]) hub.watch(kind);
  await clock.settle();
  stops.push(startRegistrationAgent(hub, spoke, { certificates }), startWorkAgent(hub, spoke));
  await clock.advance(1_000);
  const admin = world.hub.as('kubectl');
  const accept = (yes: boolean) =>
    admin.patch(kinds.ManagedCluster, 'sno00001', '', { spec: { hubAcceptsClient: yes } }, { type: 'merge' });
  const request = async (): Promise<KubeObject> => {
    // Keys and signatures take real time, which the test's clock does not know.
    for (;;) {
      const { items } = await world.hub.list(kinds.CertificateSigningRequest);
      if (items[0]) return items[0];
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  /** What `kubectl certificate approve` does; resolves once the certificate is there. */
  async function approve(): Promise<void> {
    const { metadata } = await request();
    await mutateStatus(admin, kinds.CertificateSigningRequest, metadata.name!, '', (status) =>
      approved(status, 'kubectl', isoSeconds(clock.now())),
    );
    while (!requestStatus(await request()).certificate) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (accepted) {
    await accept(true);
    await clock.advance(5_000);
  }
  const get = async (kind: KindRef, name: string, namespace?: string): Promise<KubeObject> => {
    const object = await world.hub.get(kind, name, namespace);
    if (!object) throw new Error(`${kind.kind} ${name} is not there`);
    return object;
  };
  return {
    clock,
    world,
    hub,
    spoke,
    admin,
    accept,
    claim,
    request,
    approve,
    cluster: () => get(kinds.ManagedCluster, 'sno00001'),
    work: (name: string) => get(kinds.ManifestWork, name, 'sno00001'),
    get,
    /** What the spoke's own admin does there. */
    local: spoke.core.as('spoke-admin'),
    /** The KMM policy's grant: the work agent may handle modules. */
    grant: (resources: string[], group = 'kmm.sigs.x-k8s.io', name = 'modules') =>
      spoke.core.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name, labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
        rules: [{ apiGroups: [group], resources, verbs: ['*'] }],
      }),
    stop() {
      for (const stop of stops) stop();
      hub.stop();
      clock.stop();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof createStage>>;
