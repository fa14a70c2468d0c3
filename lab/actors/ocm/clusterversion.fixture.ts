import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';
import type { KindRef } from '../../api.ts';
import { observed, recording } from './observed.fixture.ts';
import { createStage, type Stage } from './stage.fixture.ts';

const crd = join(
  import.meta.dirname,
  '../../../../shared/data/crds/openshift/config.openshift.io_clusterversions.yaml',
);
/** Why the tests of ClusterVersion can't be run here; empty when they can. */
export const noClusterVersion =
  observed.why || (existsSync(crd) ? '' : ' (skipped: the CRD of ClusterVersion is not there)');
export const ClusterVersion: KindRef = {
  group: 'config.openshift.io',
  version: 'v1',
  plural: 'clusterversions',
  kind: 'ClusterVersion',
  namespaced: false,
};

/** The spoke with its ClusterVersion as OpenShift made it, before any upgrade. */
export async function beginClusterVersion(granted = true): Promise<Stage> {
  const stage = await createStage();
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
  return stage;
}
