import { expect, test } from 'vitest';
import type { KubeObject, WatchEvent } from '../../shared/kube.ts';
import { kinds } from '../kinds.ts';
import { ocmHubKinds } from '../schemas/ocm.ts';
import { createTestClock } from '../test-clock.ts';
import { createCore } from './core.ts';

const configMap = (name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});
const clock = createTestClock();

test('creates with identity and time of the lab, and refuses the name twice', async () => {
  const core = createCore({ clock });
  const made = await core.create(configMap('a', { x: '1' }));
  expect(made.metadata).toMatchObject({ name: 'a', namespace: 'default', creationTimestamp: '2026-11-22T18:00:00Z' });
  expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  await expect(core.create(configMap('a'))).rejects.toMatchObject({
    status: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "a" already exists',
  });
  const second = await core.create({ ...configMap(''), metadata: { generateName: 'p-', namespace: 'default' } });
  expect(second.metadata.name).toMatch(/^p-[a-z0-9]{5}$/);
});

test('a write with an old resourceVersion is a conflict, an equal one changes nothing', async () => {
  const core = createCore({ clock });
  const first = await core.create(configMap('a', { x: '1' }));
  const second = await core.update({ ...first, data: { x: '2' } });
  expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
  await expect(core.update({ ...first, data: { x: '3' } })).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
  expect(await core.update({ ...second, data: { x: '2' } })).toBe(second);
});

test('generation follows the spec only, and status has its own path', async () => {
  const core = createCore({ clock });
  core.serve(ocmHubKinds);
  const cluster = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'c' },
  };
  await core.create({ ...cluster, spec: { hubAcceptsClient: false } });
  const patch = (body: unknown, subresource?: 'status') =>
    core.patch(kinds.ManagedCluster, 'c', '', body, { type: 'merge', ...(subresource && { subresource }) });
  expect((await patch({ metadata: { labels: { a: 'b' } } })).metadata.generation).toBe(1);
  expect((await patch({ spec: { hubAcceptsClient: true } })).metadata.generation).toBe(2);
  const reported = await patch(
    { status: { version: { kubernetes: 'v1.25.4' } }, spec: { hubAcceptsClient: false } },
    'status',
  );
  expect(reported).toMatchObject({ metadata: { generation: 2 }, spec: { hubAcceptsClient: true } });
  expect(reported.status).toEqual({ version: { kubernetes: 'v1.25.4' } });
});

test('a finalizer holds a deletion until it is taken away', async () => {
  const core = createCore({ clock });
  await core.create({
    ...configMap('a'),
    metadata: { name: 'a', namespace: 'default', finalizers: ['example.com/hold'] },
  });
  await core.remove(kinds.ConfigMap, 'a', 'default');
  expect((await core.get(kinds.ConfigMap, 'a', 'default'))?.metadata.deletionTimestamp).toBe('2026-11-22T18:00:00Z');
  await core.patch(kinds.ConfigMap, 'a', 'default', { metadata: { finalizers: null } }, { type: 'merge' });
  expect(await core.get(kinds.ConfigMap, 'a', 'default')).toBeUndefined();
});

test('what all owners have left is collected, and a namespace takes its content along', async () => {
  const core = createCore({ clock });
  await core.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  const owner = await core.create(configMap('owner'));
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid! }];
  await core.create({ ...configMap('child'), metadata: { name: 'child', namespace: 'default', ownerReferences } });
  await core.create({ ...configMap('in'), metadata: { name: 'in', namespace: 'n' } });
  await core.remove(kinds.ConfigMap, 'owner', 'default');
  await core.remove(kinds.Namespace, 'n');
  await clock.settle();
  expect(await core.get(kinds.ConfigMap, 'child', 'default')).toBeUndefined();
  expect(await core.get(kinds.ConfigMap, 'in', 'n')).toBeUndefined();
  expect(await core.get(kinds.Namespace, 'n')).toBeUndefined();
  await expect(core.create({ ...configMap('x'), metadata: { name: 'x', namespace: 'n' } })).rejects.toMatchObject({
    message: 'namespaces "n" not found',
  });
});

test('a watch begins with what is there and follows in order, asynchronously', async () => {
  const core = createCore({ clock });
  await core.create(configMap('a'));
  const seen: string[] = [];
  const note = (event: WatchEvent) => {
    if (event.type !== 'ERROR') seen.push(`${event.type} ${event.object.metadata.name}`);
  };
  const stop = core.watch(kinds.ConfigMap, note, { namespace: 'default' });
  await core.create(configMap('b'));
  await core.patch(kinds.ConfigMap, 'a', 'default', { data: { y: '1' } }, { type: 'merge' });
  await core.remove(kinds.ConfigMap, 'b', 'default');
  expect(seen).toEqual([]);
  await clock.settle();
  expect(seen).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  stop();
  await core.create(configMap('c'));
  await clock.settle();
  expect(seen).toHaveLength(4);
});
