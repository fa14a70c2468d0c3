import { expect, test } from 'vitest';
import { freeSlug } from './slug.ts';

test.each([
  ['Practice: site registry', [], 'practice-site-registry'],
  ['--', [], 'hub'],
  ['Süd – Łódź 2', [], expect.stringMatching(/^sud-odz-2-[0-9a-z]{1,7}$/)],
  ['Süd', [], 'sud'],
  ['北', [], expect.stringMatching(/^hub-[0-9a-z]{1,7}$/)],
  ['Nord', ['nord', 'nord-2'], 'nord-3'],
  [`${'a'.repeat(39)} tail`, [], 'a'.repeat(39)],
])('%s is kept as %s → %s', (name, taken, slug) => expect(freeSlug(name, new Set(taken), 'hub')).toEqual(slug));

test('names of another script are told apart, whoever comes first', () => {
  const ids = ['北', '南', 'Север', 'Юг'].map((name) => freeSlug(name, new Set(), 'site'));
  expect(new Set(ids).size).toBe(4);
  expect(freeSlug('é', new Set(), 'site')).toBe(freeSlug('e\u0301', new Set(), 'site'));
});
