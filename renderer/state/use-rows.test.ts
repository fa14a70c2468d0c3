import { expect, it } from 'vitest';
import { pagesOf } from './use-rows.ts';

it('asks for the pages on screen and no other', () => {
  expect(pagesOf(0, 0)).toEqual([0]);
  expect(pagesOf(0, 99)).toEqual([0]);
  expect(pagesOf(95, 105)).toEqual([0, 1]);
  expect(pagesOf(99_990, 99_999)).toEqual([999]);
  expect(pagesOf(-3, -1)).toEqual([0]);
});
