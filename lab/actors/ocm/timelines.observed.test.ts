import { afterEach, describe, expect, test } from 'vitest';
import { kinds } from '../../kinds.ts';
import { byField, follow, timelineAt } from '../timeline.fixture.ts';
import { addonLease } from './addon-agent.ts';
import { deliver, loaded, moduleFinalizers, moduleStatus } from './deliver.fixture.ts';
import { observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
let seen: ReturnType<typeof follow> | undefined;
afterEach(() => {
  seen?.stop();
  stage?.stop();
});

/** Longer than the longest wait between two looks of the agent. */
const poll = 115_000;
const work = 'kmm-ci-a';
const kmm = ['kmm.node.kubernetes.io/module-finalizer'];
const onHub = (...kind: (typeof kinds)[keyof typeof kinds][]) => kind.map((one) => [stage.world.hub, one] as const);
async function followFromHere(...kind: (typeof kinds)[keyof typeof kinds][]): Promise<void> {
  seen = follow(onHub(...kind));
  await stage.clock.settle();
  seen.fromHere();
}
const patchWork = (spec: unknown) =>
  stage.admin.patch(kinds.ManifestWork, work, 'sno00001', { spec }, { type: 'merge' });
const cluster = (body: object) => stage.admin.patch(kinds.ManagedCluster, 'sno00001', '', body, { type: 'merge' });
const addon = (name: string) =>
  stage.admin.create({
    apiVersion: 'addon.open-cluster-management.io/v1alpha1',
    kind: 'ManagedClusterAddOn',
    metadata: { name, namespace: 'sno00001' },
    spec: { installNamespace: 'open-cluster-management-agent-addon' },
  });

/**
 * Every object went through the recorded states, no more and no less, in their order. Of objects of the kinds in
 * `racing`, which several controllers write at once, each field did.
 */
function expectTold(file: string, racing: readonly string[] = []): void {
  const real = timelineAt(file);
  const ours = seen!.story();
  expect([...ours.keys()].sort()).toEqual([...real.keys()].sort());
  for (const [object, states] of real) {
    const mine = ours.get(object)!;
    if (racing.some((kind) => object.startsWith(`${kind} `))) expect(byField(mine), object).toEqual(byField(states));
    else expect(mine, object).toEqual(states);
  }
}

/** Conditions, taints, labels of add-ons and each finalizer come from controllers of their own. */
const racing = ['ManagedCluster'];

describe.skipIf(!observed.there)(`each object of a timeline goes through the recorded states${observed.why}`, () => {
  test('a KMM work from forbidden to deleted', async () => {
    stage = await createStage();
    await deliver(stage, 'manifestwork-rbac-forbidden.yaml');
    seen = follow([...onHub(kinds.ManifestWork), [stage.spoke.core, kinds.Module]]);
    // Between the tries after 155 and 315 s, so that a look sees the right before the next try.
    await stage.clock.advance(165_000);
    await stage.grant(['modules']);
    await stage.clock.advance(165_000);
    await moduleFinalizers(stage, work, kmm);
    for (const availableNumber of [1, 2, 0, 1, 2, null]) {
      await moduleStatus(stage, work, { ...loaded, availableNumber });
      await stage.clock.advance(poll);
    }
    // The first Module that goes is put back before the agent looks; a label makes it apply at once, as its resync did.
    await stage.local.remove(kinds.Module, work, 'openshift-kmm');
    await moduleFinalizers(stage, work, null);
    await stage.admin.patch(
      kinds.ManifestWork,
      work,
      'sno00001',
      { metadata: { labels: { n: '1' } } },
      { type: 'merge' },
    );
    await stage.clock.advance(poll);
    await stage.local.remove(kinds.Module, work, 'openshift-kmm');
    await stage.clock.advance(370_000);
    await moduleFinalizers(stage, work, kmm);
    await moduleStatus(stage, work, loaded);
    await stage.clock.advance(poll);
    await patchWork(recording('manifestwork-spec-changed.yaml')[0]!.spec);
    await stage.clock.advance(1_000);
    await stage.admin.remove(kinds.ManifestWork, work, 'sno00001');
    await stage.clock.advance(25_000);
    await moduleFinalizers(stage, work, null);
    await stage.clock.advance(15_000);
    expectTold('ocm/timeline-work-kmm-ci-a.yaml');
  });

  /** Where the timelines of a cluster begin: labelled, in the default set, with a lease of 60 s. */
  async function joined(): Promise<void> {
    stage = await createStage({ webhook: true });
    await cluster({ metadata: { labels: { site: 'a', vendor: 'OpenShift' } } });
    await stage.clock.advance(5_000);
  }
  async function addons(): Promise<void> {
    await stage.spoke.core.create(addonLease('work-manager', stage.clock.now()));
    for (const name of ['work-manager', 'no-lease-addon']) {
      await addon(name);
      await stage.clock.advance(50);
    }
    await stage.clock.advance(35_000);
  }

  test('a cluster that becomes Unknown and comes back', async () => {
    await joined();
    await stage.clock.advance(49_000);
    await followFromHere(kinds.ManagedCluster, kinds.ManagedClusterAddOn);
    await cluster({ spec: { leaseDurationSeconds: 10 } });
    await stage.clock.advance(60_000);
    await addons();
    stage.spoke.stop('registration');
    await stage.clock.advance(70_000);
    stage.spoke.start('registration');
    await stage.clock.advance(32_000);
    expectTold('ocm/timeline-cluster-unknown-and-back.yaml', racing);
  });

  test('a cluster whose API goes and comes back', async () => {
    await joined();
    await addons();
    await stage.grant(['modules']);
    await deliver(stage, 'manifestwork-cluster-unknown.yaml');
    await moduleStatus(stage, work, loaded);
    await stage.clock.advance(poll);
    await followFromHere(kinds.ManagedCluster, kinds.ManifestWork);
    // The add-on of the recorded run had stopped renewing its lease before.
    stage.spoke.stop('work-manager');
    await stage.clock.advance(150_000);
    stage.spoke.apiDown();
    await stage.clock.advance(240_000);
    stage.spoke.apiUp();
    await stage.clock.advance(poll);
    expectTold('ocm/timeline-cluster-false-and-back.yaml', racing);
  });

  test('clusters that are deleted: one that never joined, one with a work and add-ons', async () => {
    await joined();
    await addons();
    await stage.admin.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'sno00005' },
      spec: { hubAcceptsClient: true, leaseDurationSeconds: 60 },
    });
    await stage.grant(['modules']);
    await deliver(stage, 'manifestwork-cluster-unknown.yaml');
    await moduleStatus(stage, work, { ...loaded, availableNumber: 16 });
    stage.spoke.stop('work-manager');
    await stage.clock.advance(400_000);
    await patchWork(recording('manifestwork-agent-offline-spec-changed.yaml')[0]!.spec);
    await stage.clock.advance(poll);
    await followFromHere(kinds.ManagedCluster, kinds.ManifestWork);
    await stage.admin.remove(kinds.ManagedCluster, 'sno00005');
    await stage.clock.advance(5_000);
    await stage.admin.remove(kinds.ManagedCluster, 'sno00001');
    await stage.clock.advance(5_000);
    expectTold('ocm/timeline-delete-managedcluster.yaml', racing);
  });
});
