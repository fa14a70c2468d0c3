import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { startActionsViews } from './actions-views.ts';
import { conditionOf } from './conditions.ts';
import { createStage, type Stage } from './stage.fixture.ts';

let stage: Stage;
let stop: () => void;
afterEach(() => {
  stop();
  stage.stop();
});

async function begin(): Promise<void> {
  stage = await createStage();
  stop = startActionsViews(stage.hub, stage.spoke);
  await stage.clock.settle();
}
const action = (name: string, spec: unknown): KubeObject => ({
  apiVersion: 'action.open-cluster-management.io/v1beta1',
  kind: 'ManagedClusterAction',
  metadata: { name, namespace: 'sno00001' },
  spec,
});

test('an action changes a label of the node, and nothing else of it', async () => {
  await begin();
  const template = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'sno00001', labels: { nudge: 'a' } } };
  await stage.admin.create(
    action('nudge', { actionType: 'Update', kube: { resource: 'node', name: 'sno00001', template } }),
  );
  await stage.clock.advance(2_000);
  const done = await stage.get(kinds.ManagedClusterAction, 'nudge', 'sno00001');
  expect(conditionOf(done, 'Completed')).toMatchObject({ status: 'True', reason: 'ActionDone' });
  const node = (await stage.spoke.core.get(kinds.Node, 'sno00001'))!;
  expect(node.metadata.labels).toMatchObject({ nudge: 'a', 'node-role.kubernetes.io/worker': '' });
  expect(node.status).toHaveProperty('nodeInfo');
});

test('an action on what is not there fails with the API server’s words', async () => {
  await begin();
  await stage.admin.create(
    action('gone', { actionType: 'Delete', kube: { resource: 'configmaps', name: 'none', namespace: 'default' } }),
  );
  await stage.clock.advance(2_000);
  const failed = await stage.get(kinds.ManagedClusterAction, 'gone', 'sno00001');
  expect(conditionOf(failed, 'Completed')).toMatchObject({ status: 'False', message: 'configmaps "none" not found' });
});

test('a view shows the object, again every 30 s, and waits while the spoke is off', async () => {
  await begin();
  await stage.admin.create({
    apiVersion: 'view.open-cluster-management.io/v1beta1',
    kind: 'ManagedClusterView',
    metadata: { name: 'node', namespace: 'sno00001' },
    spec: { scope: { resource: 'nodes', name: 'sno00001' } },
  });
  const view = () => stage.get(kinds.ManagedClusterView, 'node', 'sno00001');
  const label = async () =>
    ((await view()).status as { result?: KubeObject } | undefined)?.result?.metadata.labels?.step;
  await stage.clock.advance(2_000);
  expect(conditionOf(await view(), 'Processing')).toMatchObject({ status: 'True', reason: 'GetResourceProcessing' });
  const set = (step: string) =>
    stage.local.patch(kinds.Node, 'sno00001', '', { metadata: { labels: { step } } }, { type: 'merge' });
  await set('1');
  await stage.clock.advance(1_000);
  expect(await label()).toBeUndefined();
  await stage.clock.advance(30_000);
  expect(await label()).toBe('1');
  stage.spoke.powerOff();
  await set('2');
  await stage.clock.advance(60_000);
  expect(await label()).toBe('1');
});
