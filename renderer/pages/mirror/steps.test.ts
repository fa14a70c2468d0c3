import { expect, it } from 'vitest';
import { stepsOf } from './steps.ts';

const words = (kind: 'pull' | 'push' | 'export' | 'import' | 'verify', state: 'done' | 'gaps' | 'failed' | 'running') =>
  stepsOf({ kind, state, set: 'edge' }).map(({ word }) => word);

it('delivers what came of a run with gaps as of one without', () => {
  expect(words('pull', 'gaps')).toEqual(['Carry it on a disk', 'Push it to a registry', 'See the store']);
  expect(words('pull', 'done')).toEqual(words('pull', 'gaps'));
  expect(words('push', 'gaps')).toEqual(['Tell the clusters', 'See the store']);
});

it('says where to go on after a run that failed, and nothing while one is under way', () => {
  expect(stepsOf({ kind: 'pull', state: 'failed', set: 'edge' })).toEqual([
    { word: 'Plan it again', href: '#/mirror/sets/edge?tab=plan' },
  ]);
  expect(words('export', 'failed')).toEqual(['Back to the bundles']);
  expect(words('import', 'running')).toEqual([]);
  expect(words('pull', 'running')).toEqual([]);
});

it('sends an import home with its receipt', () => {
  expect(stepsOf({ kind: 'import', state: 'done', set: '' })).toContainEqual({
    word: 'Write the receipt to carry home',
    href: '#/mirror/bundles?open=receipt',
  });
});
