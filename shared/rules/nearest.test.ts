import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['', 'abc', 3],
  ['kernl', 'kernel', 1],
  ['chanels', 'channels', 1],
  ['ab', 'ba', 1],
])('%s and %s are %d apart', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

test('names what was meant, and nothing where nothing is near', () => {
  expect(nearest('Chanels', ['images', 'channels'])).toBe('channels');
  expect(nearest('xyz', ['images', 'channels'])).toBeUndefined();
});
