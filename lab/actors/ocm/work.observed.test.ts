import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import type { KindSchema } from '../../apiserver/kind-schema.ts';
import { kinds } from '../../kinds.ts';
import { deliver, expectSame, loaded, moduleStatus } from './deliver.fixture.ts';
import { comparable, observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
afterEach(() => stage?.stop());

const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

const open = (group: string, version: string, plural: string, kind: string, namespaced: boolean): KindSchema => ({
  group,
  plural,
  kind,
  namespaced,
  versions: [{ name: version, schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, status: true }],
});

describe.skipIf(!observed.there)(`the work agent writes what OCM's wrote${observed.why}`, () => {
  const simple = [
    ['a good work', 'applied-no-status'],
    ['a CreateOnly work', 'case-create-only'],
    ['one good and one unknown manifest', 'case-mixed'],
    ['an unknown kind', 'case-unknown-kind'],
    ['a missing namespace', 'case-missing-ns'],
    ['no manifests', 'case-no-manifests'],
    ['a manifest without a name', 'case-generate-name'],
    ['the same manifest twice', 'case-dup'],
    ['feedback by watch', 'case-watch'],
    ['a well-known status that is not known', 'case-wellknown'],
    ['an unknown field', 'case-unknown-field'],
    ['an empty list of mappings', 'case-bad-empty-mappings'],
    ['a selector of the wrong type', 'case-bad-type'],
    ['a ReadOnly work whose object is absent', 'case-read-only-absent'],
  ] as const;
  for (const [title, file] of simple) {
    test(`${title} (${file})`, async () => {
      stage = await createStage();
      await stage.grant(['modules']);
      await expectSame(stage, await deliver(stage, `manifestwork-${file}.yaml`));
    });
  }

  test('a CEL rule: progressing until the numbers are equal (case-cel, case-cel-done)', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    await expectSame(stage, await deliver(stage, 'manifestwork-case-cel.yaml'));
    await moduleStatus(stage, 'kmm-ci-cel', { availableNumber: 3, desiredNumber: 3, nodesMatchingSelectorNumber: 3 });
    await stage.clock.advance(115_000);
    await expectSame(stage, recording('manifestwork-case-cel-done.yaml')[0]!);
  });

  test('no right on modules, then on machine config pools', async () => {
    stage = await createStage();
    stage.spoke.core.serve([
      open('machineconfiguration.openshift.io', 'v1', 'machineconfigpools', 'MachineConfigPool', false),
    ]);
    await expectSame(stage, await deliver(stage, 'manifestwork-rbac-forbidden.yaml'));
    await expectSame(stage, await deliver(stage, 'manifestwork-case-forbidden-mcp.yaml'));
  });

  test('server-side apply against another owner', async () => {
    stage = await createStage();
    await stage.local.patch(kinds.ConfigMap, 'ssa-cm', 'default', configMap('ssa-cm', { a: 'by-admin' }), {
      type: 'apply',
      fieldManager: 'spoke-admin',
    });
    await expectSame(stage, await deliver(stage, 'manifestwork-case-ssa-conflict.yaml'));
  });

  test('ReadOnly: feedback without a write or an owner', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const [real] = recording('manifestwork-case-read-only.yaml');
    const wanted = (real!.spec as { workload: { manifests: KubeObject[] } }).workload.manifests[0]!;
    const existing = await stage.local.create({ ...wanted, data: { b: 'on-spoke' } });
    await expectSame(stage, await deliver(stage, 'manifestwork-case-read-only.yaml'));
    const after = await stage.spoke.core.get(kinds.ConfigMap, wanted.metadata.name!, 'default');
    expect(after?.metadata.resourceVersion).toBe(existing.metadata.resourceVersion);
  });

  test('feedback: numbers, then one of them absent; stale while the spoke API is down', async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const [real] = recording('manifestwork-feedback.yaml');
    await deliver(stage, 'manifestwork-applied-no-status.yaml');
    const name = real!.metadata.name!;
    await moduleStatus(stage, name, { ...loaded, availableNumber: 2 });
    await stage.clock.advance(115_000);
    const status = comparable(await stage.work(name)) as { status: { resourceStatus: unknown } };
    expect(status.status.resourceStatus).toEqual(
      (comparable(real!) as { status: { resourceStatus: unknown } }).status.resourceStatus,
    );
    await stage.local.patch(
      kinds.Module,
      name,
      'openshift-kmm',
      { status: { moduleLoader: { availableNumber: null } } },
      { type: 'merge', subresource: 'status' },
    );
    await stage.clock.advance(115_000);
    const [absent] = recording('manifestwork-feedback-value-absent.yaml');
    expect((comparable(await stage.work(name)) as typeof status).status.resourceStatus).toEqual(
      (comparable(absent!) as typeof status).status.resourceStatus,
    );
    await moduleStatus(stage, name, loaded);
    await stage.clock.advance(115_000);
    stage.spoke.apiDown();
    await stage.clock.advance(115_000);
    const [down] = recording('manifestwork-spoke-api-down.yaml');
    const conditions = (one: unknown) => (one as { status: unknown }).status;
    expect(conditions(comparable(await stage.work(name)))).toEqual(conditions(comparable(down!)));
  });

  test('proof of load by Node and NodeModulesConfig; the path with && is refused alone', async () => {
    stage = await createStage();
    await stage.grant(['nodemodulesconfigs']);
    await stage.grant(['nodes'], '', 'nodes');
    const config = (kernelVersion: string, containerImage: string) => ({
      kernelVersion,
      containerImage,
      insecurePull: false,
      modprobe: { moduleName: 'kmm-kmod' },
    });
    const one = { name: 'kmm-kmod', namespace: 'openshift-kmm', serviceAccountName: 'default' };
    const made = await stage.local.create({
      apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
      kind: 'NodeModulesConfig',
      metadata: { name: 'sno00001' },
      spec: { modules: [{ ...one, config: config('k2', 'r/x:k2') }] },
    });
    await stage.local.update(
      {
        ...made,
        status: {
          modules: [{ ...one, bootId: 'b2', config: config('k2', 'r/x:k1') }],
        },
      },
      'status',
    );
    await stage.local.patch(
      kinds.Node,
      'sno00001',
      '',
      { status: { nodeInfo: { bootID: '7a1f5f2e-0c0b-4f8e-9c54-0d6b0a1f0001' } } },
      { type: 'merge', subresource: 'status' },
    );
    await expectSame(stage, await deliver(stage, 'manifestwork-proof-by-boot.yaml'));
  });

  test("spec change: values stay, the manifest's Applied moves to the end; then deletion is held by a finalizer", async () => {
    stage = await createStage();
    await stage.grant(['modules']);
    const [changed] = recording('manifestwork-spec-changed.yaml');
    const name = changed!.metadata.name!;
    await deliver(stage, 'manifestwork-applied-no-status.yaml');
    await stage.local.patch(
      kinds.Module,
      name,
      'openshift-kmm',
      { metadata: { finalizers: ['kmm.node.kubernetes.io/module-finalizer'] } },
      { type: 'merge' },
    );
    await moduleStatus(stage, name, loaded);
    await stage.clock.advance(115_000);
    await stage.admin.patch(kinds.ManifestWork, name, 'sno00001', { spec: changed!.spec }, { type: 'merge' });
    await stage.clock.advance(1_000);
    const manifest = (one: unknown) =>
      (one as { status: { resourceStatus: { manifests: { conditions: unknown }[] } } }).status.resourceStatus
        .manifests[0];
    expect(manifest(comparable(await stage.work(name)))).toEqual(manifest(comparable(changed!)));
    await stage.admin.remove(kinds.ManifestWork, name, 'sno00001');
    await stage.clock.advance(115_000);
    const [deleting] = recording('manifestwork-deleting.yaml');
    const types = (one: KubeObject) =>
      ((one.status as { conditions: { type: string; status: string; message: string }[] }).conditions ?? []).map(
        ({ type, status, message }) => `${type}=${status} ${message}`,
      );
    expect(types(await stage.work(name))).toEqual(types(deleting!));
    const [held] = recording('appliedmanifestwork-deleting.yaml');
    const records = await stage.spoke.core.list(kinds.AppliedManifestWork);
    expect(records.items.map(comparable)).toEqual([
      {
        ...(comparable(held!) as object),
        metadata: expect.objectContaining({ finalizers: held!.metadata.finalizers }),
      },
    ]);
    await stage.local.patch(kinds.Module, name, 'openshift-kmm', { metadata: { finalizers: null } }, { type: 'merge' });
    await stage.clock.advance(14_000);
    expect(await stage.world.hub.get(kinds.ManifestWork, name, 'sno00001')).toBeUndefined();
    expect((await stage.spoke.core.list(kinds.AppliedManifestWork)).items).toEqual([]);
  });

  test("the spoke's record of a good work and of a forbidden one", async () => {
    stage = await createStage();
    await deliver(stage, 'manifestwork-rbac-forbidden.yaml');
    const records = async () => (await stage.spoke.core.list(kinds.AppliedManifestWork)).items.map(comparable);
    expect(await records()).toEqual(recording('appliedmanifestwork-rbac-forbidden.yaml').map(comparable));
    await stage.grant(['modules']);
    await stage.clock.advance(12_000);
    expect(await records()).toEqual(recording('appliedmanifestwork-applied.yaml').map(comparable));
    const module = await stage.spoke.core.get(kinds.Module, 'kmm-ci-a', 'openshift-kmm');
    expect(comparable(module!)).toEqual(comparable(recording('module-on-spoke.yaml')[0]!));
  });
});
