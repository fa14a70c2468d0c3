import { expect, test } from 'vitest';
import { ignoredBy } from './index-ignore.ts';

test.each([
  ['*.md', ['README.md', 'a/b.md'], ['a.json', 'a.md.json']],
  ['/objects', ['objects', 'objects/a.json'], ['a/objects']],
  ['objects/', ['objects/a.json', 'a/objects/b'], ['objects']],
  ['a/*.json', ['a/x.json'], ['a/b/x.json', 'c/a/x.json']],
  ['**/x.json', ['x.json', 'a/b/x.json'], ['ax.json']],
  ['*.json\n!keep.json', ['a.json'], ['keep.json', 'd/keep.json']],
  ['# no\n\n  \n?.txt', ['a.txt'], ['ab.txt', '# no']],
  ['a+b[1].json', ['a+b[1].json'], ['aab1.json']],
])('%j', (text, ignored, kept) => {
  const test = ignoredBy(new Map([['.indexignore', text]]));
  expect(ignored.filter((path) => !test(path))).toEqual([]);
  expect(kept.filter(test)).toEqual([]);
});

test('a file rules its own folder, after the ones above', () => {
  const test = ignoredBy(
    new Map([
      ['.indexignore', '*.txt'],
      ['a/.indexignore', '!x.txt\n/y.json'],
    ]),
  );
  expect(['x.txt', 'a/x.txt', 'a/b/x.txt', 'a/y.json', 'y.json'].filter(test)).toEqual(['x.txt', 'a/y.json']);
});

test('a pattern of many stars is no work without end', () => {
  const ignored = ignoredBy(new Map([['.indexignore', `${'*a'.repeat(20)}*b`]]));
  expect([ignored('a'.repeat(200)), ignored(`${'a'.repeat(200)}b`)]).toEqual([false, true]);
}, 2000);
