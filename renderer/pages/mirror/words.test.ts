import { expect, it } from 'vitest';
import { reasonOf, runTitle } from './words.ts';

it('calls a run by its set and place, a push by the name of its site', () => {
  const sites = [{ id: 'n1', name: 'North site' }];
  expect(runTitle({ kind: 'pull', set: 'edge', place: '' })).toBe('Pull of edge');
  expect(runTitle({ kind: 'push', set: '', place: 'n1' }, sites)).toBe('Push to North site');
  expect(runTitle({ kind: 'push', set: 'edge', place: 'gone' }, sites)).toBe('Push of edge to gone');
  expect(runTitle({ kind: 'import', set: '', place: '/media/DISK1' })).toBe('Import from /media/DISK1');
});

it('does not say the name of an image again before the reason', () => {
  const name = 'registry.example:5000/tools/support:1';
  const remedy = 'Look at the tag.';
  expect(reasonOf(name, { message: `${name} is not there.`, remedy })).toBe('Is not there. Look at the tag.');
  expect(reasonOf(name, { message: `${name}: the registry denies it.`, remedy })).toBe(
    'The registry denies it. Look at the tag.',
  );
  expect(reasonOf(name, { message: 'No route to host.', remedy })).toBe('No route to host. Look at the tag.');
});
