import { expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { kinds } from '../kinds.ts';
import { createTestClock } from '../test-clock.ts';
import { createCore } from './core.ts';

const clock = createTestClock();

async function family(blocking = false) {
  const core = createCore({ clock });
  const make = (name: string, owners: KubeObject[] = [], finalizers: string[] = []) =>
    core.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: 'default',
        finalizers,
        ownerReferences: owners.map(({ metadata }) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: metadata.name!,
          uid: metadata.uid!,
          ...(blocking && { blockOwnerDeletion: true }),
        })),
      },
    });
  const there = async (name: string) => (await core.get(kinds.ConfigMap, name, 'default')) !== undefined;
  const kind = core.registry.ref(kinds.ConfigMap).kind;
  const remove = (name: string, propagation: 'Background' | 'Foreground' | 'Orphan') => {
    core.writer.remove(kind, 'default', name, { propagation });
    return clock.settle();
  };
  return { core, make, there, remove };
}

test('an object stays while one of its owners is left, without the reference to the other', async () => {
  const { core, make, there, remove } = await family();
  const [a, b] = [await make('a'), await make('b')];
  await make('child', [a, b]);
  await remove('a', 'Background');
  const child = await core.get(kinds.ConfigMap, 'child', 'default');
  expect(child?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
  await remove('b', 'Background');
  expect(await there('child')).toBe(false);
});

test('orphans keep living and forget their owner', async () => {
  const { core, make, there, remove } = await family();
  await make('child', [await make('a')]);
  await remove('a', 'Orphan');
  expect(await there('a')).toBe(false);
  expect((await core.get(kinds.ConfigMap, 'child', 'default'))?.metadata.ownerReferences).toBeUndefined();
});

test('in the foreground the owner waits for dependents that block it, grandchildren included', async () => {
  const { core, make, there, remove } = await family(true);
  const a = await make('a');
  const child = await make('child', [a], ['example.com/hold']);
  await make('grandchild', [child]);
  await remove('a', 'Foreground');
  expect((await core.get(kinds.ConfigMap, 'a', 'default'))?.metadata).toMatchObject({
    finalizers: ['foregroundDeletion'],
    deletionTimestamp: expect.any(String),
  });
  expect(await there('grandchild')).toBe(false);
  await core.patch(kinds.ConfigMap, 'child', 'default', { metadata: { finalizers: null } }, { type: 'merge' });
  await clock.settle();
  expect([await there('child'), await there('a')]).toEqual([false, false]);
});

test('an owner of that name with another uid is no owner', async () => {
  const { make, there } = await family();
  const a = await make('a');
  await make('child', [{ ...a, metadata: { ...a.metadata, uid: 'another' } }]);
  await clock.settle();
  expect(await there('child')).toBe(false);
});
