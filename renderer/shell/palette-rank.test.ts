import { expect, it } from 'vitest';
import { rank, score } from './palette-rank.ts';

const goals = [
  { id: 'fleet', title: 'Fleet', kind: 'page', aliases: ['spokes', 'managedclusters', 'clusters'] },
  { id: 'modules', title: 'Modules', kind: 'page', aliases: ['mcm'] },
  { id: 'm', title: 'kmm-kmod', kind: 'module' },
  { id: 'add', title: 'Add a hub', kind: 'action' },
];

it('prefers the start of a title, then of a word, then the inside', () => {
  expect(score('Modules', 'mod')).toBeGreaterThan(score('kmm-mod', 'mod'));
  expect(score('kmm-mod', 'mod')).toBeGreaterThan(score('kmmod', 'mod'));
  expect(score('Fleet', 'xyz')).toBe(0);
});

it('finds by alias and by letters in order', () => {
  expect(rank(goals, 'mcm').map(({ id }) => id)[0]).toBe('modules');
  expect(rank(goals, 'clus').map(({ id }) => id)).toEqual(['fleet']);
  expect(rank(goals, 'kkm').map(({ id }) => id)).toContain('m');
});

it('gives everything in order for nothing typed', () => {
  expect(rank(goals, '').map(({ id }) => id)).toEqual(['fleet', 'modules', 'm', 'add']);
});
