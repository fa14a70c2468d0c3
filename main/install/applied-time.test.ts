import { expect, test } from 'vitest';
import { names } from '../../shared/kube.ts';
import { appliedTime, commandTime } from './applied-time.ts';

const estimate = '2026-11-22T10:00:30Z';

test.each([
  ['the hub’s stamp where our estimate ran ahead', '2026-11-22T10:00:10Z', '2026-11-22T10:00:10Z'],
  ['our estimate where it was before the write', '2026-11-22T10:00:45Z', estimate],
  ['our estimate where the stamp is of long ago', '2026-11-22T09:00:00Z', estimate],
  ['our estimate where there is no stamp', undefined, estimate],
])('a command is of %s', (_, stamp, expected) => {
  expect(commandTime(estimate, stamp)).toBe(expected);
});

test('the stamp is that of our own apply', () => {
  const entry = (manager: string, operation: 'Apply' | 'Update', time: string) => ({ manager, operation, time });
  const managedFields = [
    entry('kubectl', 'Apply', '2026-11-22T09:00:00Z'),
    entry(names.fieldManager, 'Update', '2026-11-22T09:30:00Z'),
    entry(names.fieldManager, 'Apply', '2026-11-22T10:00:00Z'),
  ];
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', managedFields } };
  expect(appliedTime(object)).toBe('2026-11-22T10:00:00Z');
  expect(appliedTime({ ...object, metadata: { name: 'n' } })).toBeUndefined();
});
