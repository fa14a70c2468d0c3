import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { addonLease } from './addon-agent.ts';
import { startClusterSets } from './cluster-sets.ts';
import { comparable, observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
afterEach(() => stage?.stop());

const addon = (name: string) => ({
  apiVersion: 'addon.open-cluster-management.io/v1alpha1',
  kind: 'ManagedClusterAddOn',
  metadata: { name, namespace: 'sno00001' },
  spec: { installNamespace: 'open-cluster-management-agent-addon' },
});

/** The step that most recordings begin from: labelled, lease 10 s, two add-ons of which one has a lease. */
async function later(): Promise<void> {
  stage = await createStage({ webhook: true });
  await stage.admin.patch(
    kinds.ManagedCluster,
    'sno00001',
    '',
    { metadata: { labels: { site: 'a', vendor: 'OpenShift' } }, spec: { leaseDurationSeconds: 10 } },
    { type: 'merge' },
  );
  await stage.spoke.core.create(addonLease('work-manager', stage.clock.now()));
  for (const name of ['no-lease-addon', 'work-manager']) await stage.admin.create(addon(name));
  await stage.clock.advance(35_000);
}

describe.skipIf(!observed.there)(`registration writes what OCM's wrote${observed.why}`, () => {
  test('bootstrapped: no status, taint and finalizer before acceptance', async () => {
    stage = await createStage({ accepted: false });
    const [real] = recording('managedcluster-bootstrapped.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    expect((await stage.cluster()).metadata.generation).toBe(2);
  });

  test('the request for a certificate: made within 0.1 s, issued once approved, and nothing is done before', async () => {
    stage = await createStage({ accepted: false, certificates: true });
    const plain = (object: KubeObject) => {
      const { request: _, uid: __, ...spec } = object.spec as Record<string, unknown>;
      const { certificate, ...status } = (object.status ?? {}) as Record<string, unknown>;
      const told = JSON.stringify({
        spec,
        status: { ...status, ...(certificate !== undefined && { certificate: 'x' }) },
      });
      const said = JSON.parse(told.replaceAll(/"20\d\d-[^"]*Z"/g, '"time"'));
      return { ...(comparable({ ...object, spec: {}, status: {} }) as object), ...said, name: '' };
    };
    const named = ({ metadata }: KubeObject) => metadata.name!.replace(/[a-z0-9]{5}$/, 'xxxxx');
    const [pending] = recording('csr-pending.yaml');
    const [issued] = recording('csr-issued.yaml');
    const same = (ours: KubeObject, real: KubeObject) => {
      expect(named(ours)).toBe(named(real));
      const name = real.metadata.name!;
      expect(plain({ ...ours, metadata: { ...ours.metadata, name } })).toEqual(plain(real));
    };
    same(await stage.request(), pending!);
    await stage.accept(true);
    await stage.clock.advance(10_000);
    expect(JSON.stringify(await stage.cluster())).not.toContain('ManagedClusterJoined');
    await stage.approve();
    same(await stage.request(), issued!);
    const { certificate = '' } = (await stage.request()).status as { certificate?: string };
    const { subject, issuer } = new X509Certificate(Buffer.from(certificate, 'base64'));
    expect(subject).toContain('CN=system:open-cluster-management:sno00001:');
    expect(issuer).toContain('lab');
    await stage.clock.advance(5_000);
    expect(JSON.stringify(await stage.cluster())).toContain('ManagedClusterJoined');
  });

  test('available: conditions in their order, claims, sums of the nodes', async () => {
    stage = await createStage();
    const [real] = recording('managedcluster-available.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    expect((await stage.cluster()).metadata.generation).toBe(4);
  });

  test('namespace, role bindings, lease and event of an accepted cluster', async () => {
    stage = await createStage();
    const namespace = await stage.get(kinds.Namespace, 'sno00001');
    expect(comparable(namespace)).toEqual(comparable(recording('namespace-of-cluster.yaml')[0]!));
    for (const real of recording('rolebindings-of-cluster.yaml')) {
      expect(comparable(await stage.get(kinds.RoleBinding, real.metadata.name!, 'sno00001'))).toEqual(comparable(real));
    }
    const lease = await stage.get(kinds.Lease, 'managed-cluster-lease', 'sno00001');
    expect(comparable(lease)).toEqual(comparable(recording('lease-available.yaml')[0]!));
    const events = await stage.world.hub.list(kinds.Event, { namespace: 'sno00001' });
    const plain = (one: unknown) => JSON.stringify(one).replaceAll('klusterlet-agent-vm', 'klusterlet-agent-0');
    expect(JSON.parse(plain(events.items.map(comparable)))).toEqual(
      JSON.parse(plain(recording('events-of-cluster.yaml').map(comparable))),
    );
  });

  test('never joined: nothing but the acceptance for 300 s, then Unknown', async () => {
    stage = await createStage({ webhook: true, accepted: false });
    stage.spoke.powerOff();
    await stage.admin.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'sno00004' },
      spec: { hubAcceptsClient: true, leaseDurationSeconds: 60 },
    });
    await stage.clock.advance(240_000);
    const [real] = recording('managedcluster-never-joined.yaml');
    const at = () => stage.get(kinds.ManagedCluster, 'sno00004');
    expect(comparable(await at())).toEqual(comparable(real!));
    await stage.clock.advance(59_000);
    expect(JSON.stringify(await at())).not.toContain('ManagedClusterLeaseUpdateStopped');
    await stage.clock.advance(1_500);
    expect(JSON.stringify(await at())).toContain('ManagedClusterLeaseUpdateStopped');
  });

  test('add-ons: available by their lease, unknown without one', async () => {
    await later();
    for (const real of recording('addons-available.yaml')) {
      const ours = await stage.get(kinds.ManagedClusterAddOn, real.metadata.name!, 'sno00001');
      expect(comparable(ours)).toEqual(comparable(real));
    }
  });

  test('agent stopped: Unknown exactly 5 leases after the last renewal, taint, add-ons, labels', async () => {
    await later();
    stage.spoke.stop('registration');
    const lease = await stage.get(kinds.Lease, 'managed-cluster-lease', 'sno00001');
    const due = Date.parse((lease.spec as { renewTime: string }).renewTime) + 50_000;
    await stage.clock.advance(due - stage.clock.now() - 1);
    expect(JSON.stringify(await stage.cluster())).not.toContain('Unknown');
    await stage.clock.advance(100);
    const [real] = recording('managedcluster-unknown.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    const [leaseReal] = recording('lease-cluster-unknown.yaml');
    expect(comparable(await stage.get(kinds.Lease, 'managed-cluster-lease', 'sno00001'))).toEqual(
      comparable(leaseReal!),
    );
    for (const addonReal of recording('addons-cluster-unknown.yaml')) {
      const ours = await stage.get(kinds.ManagedClusterAddOn, addonReal.metadata.name!, 'sno00001');
      expect(comparable({ ...ours, apiVersion: '', spec: {} })).toEqual(
        comparable({ ...addonReal, apiVersion: '', spec: {} }),
      );
    }
  });

  test('agent back: available at once, add-on labels only with the next sync', async () => {
    await later();
    stage.spoke.stop('registration');
    await stage.clock.advance(70_000);
    stage.spoke.start('registration');
    await stage.clock.advance(12_000);
    const [real] = recording('managedcluster-back.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    await stage.clock.advance(20_000);
    const labels = (await stage.cluster()).metadata.labels ?? {};
    expect(labels['feature.open-cluster-management.io/addon-work-manager']).toBe('available');
  });

  test('spoke API down: False after 20 to 80 s, lease goes on, add-ons stay', async () => {
    await later();
    stage.spoke.apiDown();
    const begun = stage.clock.now();
    while (!JSON.stringify(await stage.cluster()).includes('KubeAPIServerUnavailable')) {
      await stage.clock.advance(1_000);
      if (stage.clock.now() - begun > 100_000) throw new Error('not seen after 100 s');
    }
    expect(stage.clock.now() - begun).toBeGreaterThanOrEqual(20_000);
    expect(stage.clock.now() - begun).toBeLessThanOrEqual(81_000);
    await stage.clock.advance(60_000);
    const [real] = recording('managedcluster-false.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    stage.spoke.apiUp();
    await stage.clock.advance(61_000);
    expect(JSON.stringify(await stage.cluster())).toContain('ManagedClusterAvailable"');
  });

  test('27 custom claims: the kernel and OpenShift claims fall off, without a word', async () => {
    await later();
    await stage.claim('kubeversion.open-cluster-management.io', 'v1.31.8');
    for (let number = 1; number <= 25; number += 1) {
      const digits = String(number).padStart(2, '0');
      await stage.claim(`a-claim-${digits}`, `v${digits}`);
    }
    await stage.clock.advance(1_000);
    const [real] = recording('managedcluster-claims-truncated.yaml');
    const claims = (one: unknown) => (one as { status: { clusterClaims: unknown } }).status.clusterClaims;
    expect(claims(await stage.cluster())).toEqual(claims(real));
  });

  test('no longer accepted: HubAccepted stays True while a work exists, False after', async () => {
    stage = await createStage({ webhook: true });
    await stage.admin.create({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: { name: 'held', namespace: 'sno00001' },
      spec: { workload: { manifests: [] } },
    });
    await stage.clock.advance(1_000);
    await stage.accept(false);
    await stage.clock.advance(301_000);
    const accepted = async () => {
      const status = (await stage.cluster()).status as { conditions: { type: string; status: string }[] };
      return status.conditions.find(({ type }) => type === 'HubAcceptedManagedCluster')?.status;
    };
    const [real] = recording('managedcluster-not-accepted-again.yaml');
    const ours = comparable(await stage.cluster()) as { status: unknown };
    expect(ours.status).toEqual((comparable(real!) as { status: unknown }).status);
    expect(await accepted()).toBe('True');
    await stage.admin.patch(
      kinds.ManifestWork,
      'held',
      'sno00001',
      { metadata: { finalizers: null } },
      { type: 'merge' },
    );
    await stage.admin.remove(kinds.ManifestWork, 'held', 'sno00001');
    await stage.clock.advance(1_000);
    expect(await accepted()).toBe('False');
  });

  test('cluster set and its label by the webhook', async () => {
    stage = await createStage({ webhook: true });
    await stage.admin.patch(
      kinds.ManagedCluster,
      'sno00001',
      '',
      { metadata: { labels: { vendor: 'OpenShift' } } },
      { type: 'merge' },
    );
    await stage.clock.advance(1_000);
    const [real] = recording('managedcluster-with-webhook.yaml');
    expect(comparable(await stage.cluster())).toEqual(comparable(real!));
    const stop = startClusterSets(stage.hub);
    await stage.clock.advance(5_000);
    stop();
    for (const set of recording('clustersets-with-webhook.yaml')) {
      const ours = await stage.get(kinds.ManagedClusterSet, set.metadata.name!);
      expect(comparable(ours)).toEqual(comparable(set));
    }
  });
});

test('a shorter lease counts at once: a live cluster flips to Unknown and back (A10)', async () => {
  stage = await createStage();
  await stage.clock.advance(60_000);
  const seen: string[] = [];
  const stop = stage.world.hub.watch(kinds.ManagedCluster, ({ object }) => {
    const status = (object as { status?: { conditions?: { type: string; status: string }[] } }).status;
    seen.push(status?.conditions?.find(({ type }) => type === 'ManagedClusterConditionAvailable')?.status ?? '');
  });
  await stage.clock.advance(56_000);
  await stage.admin.patch(
    kinds.ManagedCluster,
    'sno00001',
    '',
    { spec: { leaseDurationSeconds: 1 } },
    { type: 'merge' },
  );
  await stage.clock.advance(1_000);
  stop();
  expect(seen).toContain('Unknown');
  expect(seen.at(-1)).toBe('True');
});
