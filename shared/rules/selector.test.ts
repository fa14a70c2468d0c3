import { expect, test } from 'vitest';
import { matchesLabels } from './selector.ts';

test('every pair must be there with its value', () => {
  expect(matchesLabels({ a: '1', b: '' }, { b: '' })).toBe(true);
  expect(matchesLabels({ a: '1' }, { a: '2' })).toBe(false);
  expect(matchesLabels({ a: '1' }, { a: '1', b: '' })).toBe(false);
  expect(matchesLabels(undefined, { a: '1' })).toBe(false);
});

test('the empty selector selects everything', () => {
  expect(matchesLabels(undefined, {})).toBe(true);
  expect(matchesLabels({ a: '1' }, undefined)).toBe(true);
});
