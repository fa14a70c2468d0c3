import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { conditionOf } from './conditions.ts';
import { deliver, expectSame, loaded, moduleFinalizers, moduleStatus } from './deliver.fixture.ts';
import { comparable, observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
afterEach(() => stage?.stop());

/** Longer than the longest wait between two looks of the agent. */
const poll = 115_000;
const patch = (real: KubeObject) =>
  stage.admin.patch(kinds.ManifestWork, real.metadata.name!, 'sno00001', { spec: real.spec }, { type: 'merge' });

describe.skipIf(!observed.there)(`works while others act or are away, as OCM wrote them${observed.why}`, () => {
  test('the whole object with feedback, then with one value absent', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const real = await deliver(stage, 'manifestwork-feedback.yaml');
    await moduleStatus(stage, 'kmm-ci-a', { ...loaded, availableNumber: 2 });
    await stage.clock.advance(poll);
    await expectSame(stage, real);
    await moduleStatus(stage, 'kmm-ci-a', { availableNumber: null });
    await stage.clock.advance(poll);
    await expectSame(stage, recording('manifestwork-feedback-value-absent.yaml')[0]!);
  });

  test('both agents stopped until the cluster is Unknown: the work says what it said', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const real = await deliver(stage, 'manifestwork-cluster-unknown.yaml');
    await moduleStatus(stage, 'kmm-ci-a', loaded);
    await stage.clock.advance(poll);
    stage.spoke.stop('registration', 'work');
    await moduleStatus(stage, 'kmm-ci-a', { availableNumber: 0 });
    await stage.clock.advance(330_000);
    const available = conditionOf(await stage.cluster(), 'ManagedClusterConditionAvailable');
    expect(available).toMatchObject({ status: 'Unknown', reason: 'ManagedClusterLeaseUpdateStopped' });
    await expectSame(stage, real);
  });

  test('spec changed while the work agent is stopped: generation 2, observedGeneration 1, until it is back', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const [real] = recording('manifestwork-agent-offline-spec-changed.yaml');
    await deliver(stage, 'manifestwork-cluster-unknown.yaml');
    await moduleStatus(stage, 'kmm-ci-a', { ...loaded, availableNumber: 16 });
    await stage.clock.advance(poll);
    stage.spoke.stop('work');
    await patch(real!);
    await stage.clock.advance(600_000);
    await expectSame(stage, real!);
    expect((await stage.work('kmm-ci-a')).metadata.generation).toBe(real!.metadata.generation);
    stage.spoke.start('work');
    await stage.clock.advance(2_000);
    expect(conditionOf(await stage.work('kmm-ci-a'), 'Applied')).toMatchObject({
      status: 'True',
      observedGeneration: 2,
    });
  });

  test('ReadOnly on a Module that somebody else made: feedback, and the Module as it was', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const [real] = recording('manifestwork-case-read-only-module.yaml');
    const [wanted] = (real!.spec as { workload: { manifests: KubeObject[] } }).workload.manifests;
    await stage.local.create(wanted!);
    await moduleStatus(stage, 'kmm-foreign', loaded);
    const before = await stage.spoke.core.get(kinds.Module, 'kmm-foreign', 'openshift-kmm');
    await deliver(stage, 'manifestwork-case-read-only-module.yaml');
    await expectSame(stage, real!);
    expect(await stage.spoke.core.get(kinds.Module, 'kmm-foreign', 'openshift-kmm')).toEqual(before);
  });

  test('spec change: the whole work, and the Module on the spoke; then deletion that the Module holds up', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    await deliver(stage, 'manifestwork-applied-no-status.yaml');
    await moduleFinalizers(stage, 'kmm-ci-a', ['kmm.node.kubernetes.io/module-finalizer']);
    await moduleStatus(stage, 'kmm-ci-a', loaded);
    await stage.clock.advance(poll);
    const [changed] = recording('manifestwork-spec-changed.yaml');
    await patch(changed!);
    await stage.clock.advance(1_000);
    await expectSame(stage, changed!);
    const [module] = recording('module-on-spoke-spec-changed.yaml');
    const ours = await stage.spoke.core.get(kinds.Module, 'kmm-ci-a', 'openshift-kmm');
    expect(comparable(ours!)).toEqual(comparable(module!));
    expect(ours!.metadata.generation).toBe(module!.metadata.generation);
    await stage.admin.remove(kinds.ManifestWork, 'kmm-ci-a', 'sno00001');
    await stage.clock.advance(1_000);
    const [deleting] = recording('manifestwork-deleting.yaml');
    await expectSame(stage, deleting!);
    expect((await stage.work('kmm-ci-a')).metadata.generation).toBe(deleting!.metadata.generation);
  });
});
