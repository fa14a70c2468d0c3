import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { byField, follow, timelineAt, withoutLastLooks } from '../timeline.fixture.ts';
import { beginClusterVersion, ClusterVersion, noClusterVersion } from './clusterversion.fixture.ts';
import { asked, deliver, expectSame } from './deliver.fixture.ts';
import { comparable, recording } from './observed.fixture.ts';
import type { Stage } from './stage.fixture.ts';

let stage: Stage;
let seen: ReturnType<typeof follow> | undefined;
afterEach(() => {
  seen?.stop();
  stage?.stop();
});

const remove = async (name: string) => {
  await stage.admin.remove(kinds.ManifestWork, name, 'sno00001');
  await stage.clock.advance(5_000);
};

/** The rules that the recorded run's policy gave the agent: all verbs but delete. */
const role = (name: string): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
  rules: [
    {
      apiGroups: ['config.openshift.io'],
      resources: ['clusterversions'],
      verbs: ['get', 'list', 'watch', 'patch', 'update'],
    },
  ],
});

describe.skipIf(noClusterVersion)(`works on ClusterVersion, state by state${noClusterVersion}`, () => {
  test('forbidden, granted by a work, refused, progressing, deleted with and without Orphan', async () => {
    stage = await beginClusterVersion(false);
    seen = follow([
      [stage.world.hub, kinds.ManifestWork],
      [stage.spoke.core, kinds.AppliedManifestWork],
    ]);
    await stage.clock.settle();
    const [forbidden] = recording('clusterversion-work-forbidden.yaml');
    const wanted = recording('clusterversion-work-applied.yaml')[0]!;
    await stage.admin.create({ ...asked(forbidden!), spec: wanted.spec });
    await stage.clock.advance(4_700);
    await stage.admin.create({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: { name: 'cv-rbac', namespace: 'sno00001' },
      spec: { workload: { manifests: [role('cv')] } },
    });
    await stage.clock.advance(1_000);
    await deliver(stage, 'clusterversion-work-update-strategy.yaml');
    await remove('cv-ssa');
    await remove('cv-update');
    await deliver(stage, 'clusterversion-work-deleted-no-orphan.yaml');
    const [progress] = recording('clusterversion-on-spoke-progress.yaml');
    const now = await stage.spoke.core.get(ClusterVersion, 'version');
    await stage.local.update({ ...now!, status: progress!.status }, 'status');
    await stage.clock.advance(115_000);
    await expectSame(stage, recording('clusterversion-work-progress.yaml')[0]!);
    const after = await stage.spoke.core.get(ClusterVersion, 'version');
    expect(comparable(after!)).toEqual(comparable(progress!));
    await remove('cv-noorphan');
    await remove('cv-rbac');
    const real = timelineAt('ocm/timeline-work-cv.yaml');
    const ours = seen.story();
    for (const [object, states] of real) {
      expect(byField(withoutLastLooks(ours.get(object) ?? [])), object).toEqual(byField(withoutLastLooks(states)));
    }
  });
});
