import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';
import type { KindRef } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import { comparable, observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

const crd = join(
  import.meta.dirname,
  '../../../../shared/data/crds/openshift/config.openshift.io_clusterversions.yaml',
);
const there = observed.there && existsSync(crd);
const ClusterVersion: KindRef = {
  group: 'config.openshift.io',
  version: 'v1',
  plural: 'clusterversions',
  kind: 'ClusterVersion',
  namespaced: false,
};

let stage: Stage;
afterEach(() => stage?.stop());

/** The spoke with its ClusterVersion as OpenShift made it, before any upgrade. */
async function begin(granted = true): Promise<void> {
  stage = await createStage();
  await stage.spoke.core.create(parse(readFileSync(crd, 'utf8')) as KubeObject);
  await stage.clock.settle();
  const [after] = recording('clusterversion-on-spoke.yaml');
  const { desiredUpdate: _, ...spec } = after!.spec as Record<string, unknown>;
  const api = stage.spoke.core.as('kubectl-create');
  const made = await api.create({
    apiVersion: 'config.openshift.io/v1',
    kind: 'ClusterVersion',
    metadata: { name: 'version' },
    spec,
  });
  await api.as('cluster-version-operator').update({ ...made, status: after!.status }, 'status');
  if (granted) await stage.grant(['clusterversions'], 'config.openshift.io', 'upgrade');
}

async function deliver(file: string): Promise<KubeObject> {
  const [real] = recording(file);
  const { name = '', namespace = '' } = real!.metadata;
  await stage.admin.create({
    apiVersion: real!.apiVersion,
    kind: real!.kind,
    metadata: { name, namespace },
    spec: real!.spec,
  });
  await stage.clock.advance(1_000);
  return real!;
}

const same = async (real: KubeObject) =>
  expect(comparable(await stage.work(real.metadata.name!))).toEqual(comparable(real));

describe.skipIf(!there)(`ClusterVersion by ManifestWork as OCM's agent did it${observed.why}`, () => {
  test('server-side apply of desiredUpdate alone; deleting with Orphan leaves it', async () => {
    await begin();
    const real = await deliver('clusterversion-work-applied.yaml');
    await same(real);
    const version = () => stage.spoke.core.get(ClusterVersion, 'version');
    expect((await version())?.spec).toEqual(recording('clusterversion-on-spoke.yaml')[0]!.spec);
    await stage.admin.remove(kinds.ManifestWork, real.metadata.name!, 'sno00001');
    await stage.clock.advance(2_000);
    expect((await version())?.spec).toEqual(recording('clusterversion-on-spoke.yaml')[0]!.spec);
  });

  test('without rights', async () => {
    await begin(false);
    await same(await deliver('clusterversion-work-forbidden.yaml'));
  });

  test('the default strategy is refused by the schema', async () => {
    await begin();
    await same(await deliver('clusterversion-work-update-strategy.yaml'));
  });

  test('a field of another manager, without force', async () => {
    await begin();
    await same(await deliver('clusterversion-work-ssa-conflict.yaml'));
  });

  test('without Orphan the ClusterVersion is gone, though the agent may not delete it (B11)', async () => {
    await begin(false);
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
    const real = await deliver('clusterversion-work-deleted-no-orphan.yaml');
    expect((await stage.spoke.core.get(ClusterVersion, 'version'))?.metadata.ownerReferences?.length).toBe(1);
    await stage.admin.remove(kinds.ManifestWork, real.metadata.name!, 'sno00001');
    await stage.clock.advance(2_000);
    expect(await stage.spoke.core.get(ClusterVersion, 'version')).toBeUndefined();
  });
});
