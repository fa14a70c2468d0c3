import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveAsset } from './asset.ts';

const root = join('/srv', 'window');

test.each([
  ['/', 'index.html'],
  ['/assets/app.js', 'assets/app.js'],
  ['/a%20b.svg', 'a b.svg'],
])('%s is the file %s', (path, file) => {
  expect(resolveAsset(root, path)).toBe(join(root, file));
});

test.each(['/..%2f..%2fetc/passwd', '/%2e%2e/secret', '/a/%2e%2e/%2e%2e/b', '/%', '/a%00b', '/.'])(
  '%s leaves the folder or is no path',
  (path) => {
    expect(resolveAsset(root, path)).toBeUndefined();
  },
);
