import { expect, test } from 'vitest';
import { spanOf } from './http/range.ts';
import { byName, isRepository, isTag, pathOf } from './names.ts';

test.each([
  ['quay.io/a/b:1@sha256:00', 'a/b', '1'],
  ['127.0.0.1:5000/a/b', 'a/b', undefined],
  ['[fd00::1]:5000/a:v1', 'a', 'v1'],
  ['localhost/a:1', 'a', '1'],
  ['openshift/release:4.12.3-x86_64-cli', 'openshift/release', '4.12.3-x86_64-cli'],
  ['registry.site/a/b@sha256:00', 'a/b', undefined],
])('the path of %s', (reference, repository, tag) => {
  expect(pathOf(reference)).toEqual({ repository, tag });
});

test('repositories and tags by the letter of the spec', () => {
  expect(['a', 'a/b-c__d.e', 'a--b'].map(isRepository)).toEqual([true, true, true]);
  expect(['A', 'a//b', '/a', 'a.', 'a/../b', 'a'.repeat(256)].some(isRepository)).toBe(false);
  expect([isTag('V1.0_x'), isTag('.hidden'), isTag('a'.repeat(129))]).toEqual([true, false, false]);
  expect(['b', 'a', 'A', 'B'].sort(byName)).toEqual(['A', 'a', 'B', 'b']);
});

test.each([
  [undefined, undefined],
  ['bytes=0-', { start: 0, end: 9 }],
  ['bytes=3-5', { start: 3, end: 5 }],
  ['bytes=3-500', { start: 3, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=-0', 'refused'],
  ['bytes=10-', 'refused'],
  ['bytes=5-3', 'refused'],
  ['bytes=0-1,3-4', undefined],
  ['lines=0-1', undefined],
])('Range: %s of ten bytes', (header, wanted) => {
  expect(spanOf(header, 10)).toEqual(wanted);
});
