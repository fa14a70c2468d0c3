import { expect, it } from 'vitest';
import { runTitle } from './words.ts';

it('calls a run by its set and place, a push by the name of its site', () => {
  const sites = [{ id: 'n1', name: 'North site' }];
  expect(runTitle({ kind: 'pull', set: 'edge', place: '' })).toBe('Pull of edge');
  expect(runTitle({ kind: 'push', set: '', place: 'n1' }, sites)).toBe('Push to North site');
  expect(runTitle({ kind: 'push', set: 'edge', place: 'gone' }, sites)).toBe('Push of edge to gone');
  expect(runTitle({ kind: 'import', set: '', place: '/media/DISK1' })).toBe('Import from /media/DISK1');
});
