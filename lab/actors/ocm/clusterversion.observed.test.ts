import { afterEach, describe, expect, test } from 'vitest';
import { kinds } from '../../kinds.ts';
import { beginClusterVersion, ClusterVersion, noClusterVersion } from './clusterversion.fixture.ts';
import { deliver, expectSame } from './deliver.fixture.ts';
import { recording } from './observed.fixture.ts';
import type { Stage } from './stage.fixture.ts';

let stage: Stage;
afterEach(() => stage?.stop());

describe.skipIf(noClusterVersion)(`ClusterVersion by ManifestWork as OCM's agent did it${noClusterVersion}`, () => {
  test('server-side apply of desiredUpdate alone; deleting with Orphan leaves it', async () => {
    stage = await beginClusterVersion();
    const real = await deliver(stage, 'clusterversion-work-applied.yaml');
    await expectSame(stage, real);
    const version = () => stage.spoke.core.get(ClusterVersion, 'version');
    expect((await version())?.spec).toEqual(recording('clusterversion-on-spoke.yaml')[0]!.spec);
    await stage.admin.remove(kinds.ManifestWork, real.metadata.name!, 'sno00001');
    await stage.clock.advance(2_000);
    expect((await version())?.spec).toEqual(recording('clusterversion-on-spoke.yaml')[0]!.spec);
  });

  test('without rights', async () => {
    stage = await beginClusterVersion(false);
    await expectSame(stage, await deliver(stage, 'clusterversion-work-forbidden.yaml'));
  });

  test('the default strategy is refused by the schema', async () => {
    stage = await beginClusterVersion();
    await expectSame(stage, await deliver(stage, 'clusterversion-work-update-strategy.yaml'));
  });

  test('a field of another manager, without force', async () => {
    stage = await beginClusterVersion();
    await expectSame(stage, await deliver(stage, 'clusterversion-work-ssa-conflict.yaml'));
  });

  test('without Orphan the ClusterVersion is gone, though the agent may not delete it (B11)', async () => {
    stage = await beginClusterVersion(false);
    await stage.spoke.core.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'no-delete', labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
      rules: [
        {
          apiGroups: ['config.openshift.io'],
          resources: ['clusterversions'],
          verbs: ['get', 'list', 'watch', 'patch', 'update'],
        },
      ],
    });
    const real = await deliver(stage, 'clusterversion-work-deleted-no-orphan.yaml');
    expect((await stage.spoke.core.get(ClusterVersion, 'version'))?.metadata.ownerReferences?.length).toBe(1);
    await stage.admin.remove(kinds.ManifestWork, real.metadata.name!, 'sno00001');
    await stage.clock.advance(2_000);
    expect(await stage.spoke.core.get(ClusterVersion, 'version')).toBeUndefined();
  });
});
