import { expect, test } from 'vitest';
import { mergePatch } from '../../apiserver/merge-patch.ts';
import { mergeDiff } from './merge-diff.ts';

test.each([
  [{ a: 1 }, { a: 1 }],
  [{ a: 1 }, { a: 2 }],
  [{ a: 1, b: { c: 1, d: 2 } }, { b: { c: 1, e: [1, { f: 1 }] } }],
  [{ status: { modules: [1] } }, { status: {} }],
  [{ a: { b: 1 } }, { a: [1] }],
  [{}, { a: { b: { c: 1 } } }],
  [{ a: 1 }, { a: undefined, b: undefined }],
])('the patch from %j leads to %j', (before, after) => {
  const patch = mergeDiff(before, after);
  expect(patch ? mergePatch(before, patch) : before).toEqual(JSON.parse(JSON.stringify(after)));
});

test('no change, no patch', () => {
  expect(mergeDiff({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBeUndefined();
});

test('null members inside an array fall away on the API server', () => {
  const patch = mergeDiff({ a: [1] }, { a: [{ b: null, c: 1 }, null] });
  expect(mergePatch({ a: [1] }, patch)).toEqual({ a: [{ c: 1 }, null] });
  const stands = { a: [{ c: 1 }] };
  expect(mergePatch(stands, { a: [{ b: null, c: 1 }] })).toBe(stands);
});
