import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProofRow } from '../../shared/contract/modules.ts';
import { names } from '../../shared/kube.ts';
import {
  cluster,
  clusterInfo,
  image,
  imagesConfig,
  kernel,
  mcm,
  moduleWork,
  otherKernel,
  proofEvidence,
} from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

let room: Room;
beforeEach(async () => {
  room = createRoom();
});
afterEach(() => room.close());

async function proofOf(spoke: string): Promise<ProofRow> {
  await room.settle();
  const { rows } = await room.modules.handlers['modules.proof']({
    hub: room.hub,
    name: 'kmm-kmod',
    state: [],
    search: spoke,
    offset: 0,
    limit: 10,
  });
  return rows.find((row) => row.spoke === spoke)!;
}
const events = (): string[] =>
  room.store.db.prepare('select event from timeline where module <> ? order by id').pluck().all('') as string[];
const badge = (spoke: string) => room.store.db.prepare('select load from spoke where name = ?').pluck().get(spoke);

/** A spoke with the module delivered, before any evidence. */
function delivered(spoke = 'a'): void {
  room.see(cluster(spoke));
  room.see(clusterInfo(spoke));
  room.see(mcm());
  room.see(imagesConfig(spoke, 'Exists'));
  room.see(moduleWork(spoke));
}

describe('a spoke with everything delivered', () => {
  beforeEach(() => delivered());

  test('is proven by image, kernel and boot of every node', async () => {
    room.see(proofEvidence('a', { a: { loaded: {} } }));
    expect(await proofOf('a')).toMatchObject({
      state: 'proven',
      cause: '',
      evidence: 'work',
      kernel,
      image: image(),
      loadedBoot: 'b1',
      nodeBoot: 'b1',
    });
    expect(badge('a')).toBe('proven');
    expect(events()).toEqual(['selected', 'delivered', 'loaded']);
  });
  test('is only claimed by the numbers of KMM', async () => {
    room.see(moduleWork('a', { numbers: [1, 1, 1] }));
    expect(await proofOf('a')).toMatchObject({ state: 'claimed', cause: 'noEvidence', evidence: 'numbers' });
    expect(events()).not.toContain('loaded');
  });
  test('is loading while the node has no module yet', async () => {
    room.see(proofEvidence('a', { a: { wanted: image() } }));
    expect(await proofOf('a')).toMatchObject({ state: 'loading', cause: 'loading' });
  });
  test('is loading, not proven, while the image of before is in the kernel', async () => {
    room.see(proofEvidence('a', { a: { loaded: { image: image('old') }, wanted: image() } }));
    expect(await proofOf('a')).toMatchObject({ state: 'loading' });
  });
  test('has a stale boot after an unseen reboot, though the numbers say 1 of 1', async () => {
    room.see(moduleWork('a', { numbers: [1, 1, 1] }));
    room.see(proofEvidence('a', { a: { loaded: {} } }));
    room.see(proofEvidence('a', { a: { loaded: {}, boot: 'b2', kernel: otherKernel } }));
    const row = await proofOf('a');
    expect(row).toMatchObject({ state: 'staleBoot', cause: 'staleBoot', loadedBoot: 'b1', nodeBoot: 'b2' });
    expect(row.remedy).toContain('nudge');
    expect(events()).toContain('staleBoot');
    room.see(proofEvidence('a', { a: { loaded: { boot: 'b2' }, boot: 'b2' } }));
    expect((await proofOf('a')).state).toBe('proven');
  });
  test('needs every targeted node', async () => {
    room.see(moduleWork('a', { numbers: [2, 2, 2] }));
    room.see(proofEvidence('a', { n1: { loaded: {} } }));
    expect(await proofOf('a')).toMatchObject({ state: 'loading', reason: '1 of 2 nodes have it so far.' });
    room.see(proofEvidence('a', { n1: { loaded: {} }, n2: { loaded: { boot: 'b7' }, boot: 'b7' } }));
    expect((await proofOf('a')).state).toBe('proven');
  });
  test('is unknown since the spoke went silent, and says unloaded only when evidence says so', async () => {
    room.see(proofEvidence('a', { a: { loaded: {} } }));
    room.see(cluster('a', { available: 'Unknown' }));
    expect(await proofOf('a')).toMatchObject({ state: 'unknown', cause: 'unreachable' });
    expect(events()).not.toContain('unloaded');
    room.see(cluster('a'));
    room.see(proofEvidence('a', { a: {} }));
    expect((await proofOf('a')).state).toBe('loading');
  });
  test('keeps the time of its first proof over a later look', async () => {
    room.see(proofEvidence('a', { a: { loaded: {} } }, '2026-03-01T10:00:42Z'));
    const first = await proofOf('a');
    expect(first.provenAt).toBe('2026-03-01T10:00:42Z');
    room.pass(60_000);
    room.see(proofEvidence('a', { a: { loaded: { boot: 'b2' }, boot: 'b2' } }, '2026-03-01T11:00:00Z'));
    expect((await proofOf('a')).provenAt).toBe(first.provenAt);
    expect(first.seconds).toBe(42);
  });
  test('shows old rows as old while the hub is not watched', async () => {
    room.see(proofEvidence('a', { a: { loaded: {} } }));
    room.setLive(false);
    expect(await proofOf('a')).toMatchObject({ state: 'proven', cause: 'dataOld' });
  });
});

describe('why not', () => {
  test('no claim, and a claim cut off by 20 others', async () => {
    room.see(cluster('a', { kernels: [] }));
    const cut = cluster('b', { kernels: [] });
    const claims = Array.from({ length: 20 }, (_, index) => ({ name: `a.custom.${index}`, value: 'x' }));
    room.see({ ...cut, status: { ...(cut.status as object), clusterClaims: claims } });
    room.see(mcm());
    expect(await proofOf('a')).toMatchObject({ state: 'waiting', cause: 'noClaim' });
    expect((await proofOf('b')).reason).toContain('20 other custom claims');
  });
  test('no mapping for its kernel', async () => {
    room.see(cluster('a', { kernels: ['5.14.0-284.30.1.el9_2.aarch64'] }));
    room.see(mcm());
    expect(await proofOf('a')).toMatchObject({ state: 'failed', cause: 'noMapping' });
  });
  test('the image is being built, then the build failed', async () => {
    room.see(cluster('a'));
    room.see(mcm());
    room.see(imagesConfig('a', 'NeedsBuilding'));
    expect(await proofOf('a')).toMatchObject({ state: 'waiting', cause: 'building' });
    room.see({
      apiVersion: 'build.openshift.io/v1',
      kind: 'Build',
      metadata: {
        name: 'kmm-kmod-a-build-x',
        namespace: names.hubNamespace,
        uid: 'b1',
        labels: { 'kmm.node.kubernetes.io/module.name': 'kmm-kmod-a', 'kmm.openshift.io/build.type': 'BuildImage' },
      },
      spec: {
        output: { to: { name: image() } },
        strategy: { dockerStrategy: { buildArgs: [{ name: 'KERNEL_FULL_VERSION', value: kernel }] } },
      },
      status: {
        phase: 'Failed',
        message: 'make: *** No rule',
        startTimestamp: '2026-03-01T09:01:00Z',
        completionTimestamp: '2026-03-01T09:03:00Z',
      },
    });
    room.see(imagesConfig('a', 'DoesNotExist'));
    const row = await proofOf('a');
    expect(row).toMatchObject({ state: 'failed', cause: 'buildFailed' });
    expect(row.reason).toContain('make: *** No rule');
    expect(events()).toContain('buildFailed');
  });
  test('the image cannot be pulled and there is nothing to build it from', async () => {
    room.see(cluster('a'));
    room.see(mcm({ build: false }));
    room.see(imagesConfig('a', undefined, false));
    room.see({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'kmm-kmod-a-pull-pod-1',
        namespace: names.hubNamespace,
        labels: { 'kmm.node.kubernetes.io/image-owner': 'kmm-kmod-a' },
      },
      status: { containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } } }] },
    });
    expect(await proofOf('a')).toMatchObject({
      state: 'waiting',
      cause: 'imageMissing',
      reason: 'The hub cannot pull the image: ErrImagePull: manifest unknown',
    });
  });
  test('the agent refuses the work: its words and what they mean', async () => {
    delivered();
    room.see(
      moduleWork('a', {
        refused: 'Failed to apply manifest: modules.kmm.sigs.x-k8s.io "kmm-kmod" is forbidden: User "x" cannot get',
      }),
    );
    const row = await proofOf('a');
    expect(row).toMatchObject({ state: 'failed', cause: 'workRejected' });
    expect(row.reason).toContain('is forbidden: User "x"');
    expect(row.remedy).toContain('rights on modules');
  });
  test('KMM-Hub lost the mappings', async () => {
    delivered();
    room.see(
      moduleWork('a', {
        kernels: {},
        refused: 'spec.moduleLoader.container.kernelMappings in body should have at least 1 items',
      }),
    );
    expect((await proofOf('a')).remedy).toContain('KMM-Hub lost the mappings');
  });
  test('the agent has not followed a change yet', async () => {
    delivered();
    room.see(moduleWork('a', { generation: 2, observed: 1 }));
    expect(await proofOf('a')).toMatchObject({ state: 'waiting', cause: 'notDelivered' });
  });
  test('in a staged module the spoke waits for its turn', async () => {
    room.see(cluster('a'));
    room.see(mcm({ selector: { vendor: 'OpenShift', 'deliver.kmm-bastion.io/kmm-kmod': 'true' } }));
    const row = await proofOf('a');
    expect(row).toMatchObject({ state: 'waiting', cause: 'notDelivered' });
    expect(row.reason).toContain('turn');
    room.see(cluster('a', { labels: { 'deliver.kmm-bastion.io/kmm-kmod': 'true' } }));
    await room.settle();
    expect(events()).toEqual(['selected']);
  });
});

test('a spoke that leaves the selection leaves the proofs', async () => {
  delivered();
  await room.settle();
  room.see({ ...cluster('a'), metadata: { ...cluster('a').metadata, labels: {} } });
  expect(await proofOf('a')).toBeUndefined();
  expect(badge('a')).toBe('none');
});

test('a module that goes takes its proofs with it', async () => {
  delivered();
  await room.settle();
  room.gone('ManagedClusterModule', '', 'kmm-kmod');
  expect(await proofOf('a')).toBeUndefined();
});
