import { expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { kinds } from '../kinds.ts';
import { createTestClock } from '../test-clock.ts';
import { createCore } from './core.ts';

const clock = createTestClock();
const configMap = (data?: Record<string, string>, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default', ...(labels && { labels }) },
  ...(data && { data }),
});

function bed() {
  const core = createCore({ clock });
  const apply = (fieldManager: string, body: KubeObject, force = false) =>
    core.patch(kinds.ConfigMap, 'a', 'default', body, { type: 'apply', fieldManager, force });
  return { core, apply };
}

test('apply creates, names its fields, and an equal apply changes nothing', async () => {
  const { apply } = bed();
  const made = await apply('x', configMap({ a: '1' }, { l: 'v' }));
  expect(made.metadata.managedFields).toEqual([
    {
      manager: 'x',
      operation: 'Apply',
      apiVersion: 'v1',
      time: '2026-11-22T18:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
    },
  ]);
  expect(await apply('x', configMap({ a: '1' }, { l: 'v' }))).toBe(made);
});

test('a field of another applier is a conflict, worded as the real server does; force takes it over', async () => {
  const { apply } = bed();
  await apply('spoke-admin', configMap({ a: '1', b: '1' }));
  await expect(apply('work-agent', configMap({ a: '2' }))).rejects.toMatchObject({
    status: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "spoke-admin": .data.a',
    details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "spoke-admin"', field: '.data.a' }] },
  });
  await expect(apply('work-agent', configMap({ a: '2', b: '2' }))).rejects.toMatchObject({
    message: 'Apply failed with 2 conflicts: conflicts with "spoke-admin":\n- .data.a\n- .data.b',
  });
  const forced = await apply('work-agent', configMap({ a: '2' }), true);
  expect(forced).toMatchObject({ data: { a: '2', b: '1' } });
  expect(forced.metadata.managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
    ['spoke-admin', { 'f:data': { 'f:b': {} } }],
    ['work-agent', { 'f:data': { 'f:a': {} } }],
  ]);
});

test('a field of an updater is named with its version', async () => {
  const { core, apply } = bed();
  await core.as('kubectl-create').create(configMap({ a: '1' }));
  await expect(apply('x', configMap({ a: '2' }))).rejects.toMatchObject({
    message: 'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a',
  });
});

test('equal values are owned together; what the last owner leaves out goes, what others own stays', async () => {
  const { core, apply } = bed();
  await apply('x', configMap({ a: '1', shared: '1' }));
  await apply('y', configMap({ shared: '1' }));
  await core.as('z').patch(kinds.ConfigMap, 'a', 'default', { data: { c: '3' } }, { type: 'merge' });
  const next = await apply('x', configMap());
  expect(next.data).toEqual({ shared: '1', c: '3' });
  expect((await apply('y', configMap())).data).toEqual({ c: '3' });
});

test('an update takes ownership of what it changes', async () => {
  const { core, apply } = bed();
  await apply('x', configMap({ a: '1', b: '1' }));
  const next = await core.as('editor').patch(kinds.ConfigMap, 'a', 'default', { data: { a: '2' } }, { type: 'merge' });
  expect(
    next.metadata.managedFields?.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]),
  ).toEqual([
    ['x', 'Apply', { 'f:data': { 'f:b': {} } }],
    ['editor', 'Update', { 'f:data': { 'f:a': {} } }],
  ]);
});
