import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hexOf } from '../digest.ts';
import type { Descriptor, ImageSource, Manifest } from '../types.ts';
import { openImage } from './open-image.ts';
import { readImageFiles } from './read-files.ts';

const missing = ['umoci', 'skopeo'].filter((name) => !existsSync(`/usr/bin/${name}`));
const why = missing.length > 0 ? ` (skipped: apt-get install ${missing.join(' ')})` : '';
const dir = mkdtempSync(join(tmpdir(), 'umoci-'));
const layout = join(dir, 'layout');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });

/** An OCI layout on disk as an image source; names are those of its index. */
function layoutSource(root: string): ImageSource {
  const bytesOf = (digest: Descriptor['digest']) => readFileSync(join(root, 'blobs/sha256', hexOf(digest)));
  return {
    manifest: async (name): Promise<Manifest> => {
      const { manifests } = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
      const found = manifests.find(
        (each) => each.digest === name || each.annotations?.['org.opencontainers.image.ref.name'] === name,
      )!;
      return { mediaType: found.mediaType, digest: found.digest, bytes: bytesOf(found.digest) };
    },
    blob: async ({ digest }, { offset }) => ({ body: Readable.from([bytesOf(digest).subarray(offset)]), offset }),
  };
}

const files = async (root: string, name: string, ...prefixes: string[]) => {
  const source = layoutSource(root);
  const found: Record<string, string> = {};
  for await (const { path, bytes } of readImageFiles(source, await openImage(source, name), prefixes))
    found[path] = bytes.toString();
  return found;
};

describe.skipIf(missing.length > 0)(`images of other tools${why}`, () => {
  beforeAll(() => {
    run('umoci', 'init', '--layout', layout);
    run('umoci', 'new', '--image', `${layout}:a`);
    const put = (name: string, text: string) => {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), text);
    };
    put('one/configs/kept.json', 'kept');
    put('one/configs/gone.json', 'gone');
    put('one/configs/deep/old.json', 'old');
    put(`one/configs/${'long-'.repeat(40)}.json`, 'long name');
    put('two/changed.json', 'changed');
    const insert = (...args: string[]) => run('umoci', 'insert', '--rootless', '--image', `${layout}:a`, ...args);
    insert(join(dir, 'one'), '/');
    insert('--whiteout', '/configs/gone.json');
    insert('--opaque', join(dir, 'two'), '/configs/deep');
    insert(join(dir, 'two/changed.json'), '/configs/kept.json');
  });
  const expected = {
    'configs/kept.json': 'changed',
    'configs/deep/changed.json': 'changed',
    [`configs/${'long-'.repeat(40)}.json`]: 'long name',
  };
  test('whiteouts, opaque folders and long names of umoci', async () => {
    expect(await files(layout, 'a', 'configs')).toEqual(expected);
  });
  test.each([
    ['zstd', ['--dest-compress-format', 'zstd']],
    ['Docker’s manifest', ['--format', 'v2s2']],
  ])('the same after skopeo made it %s', async (name, options) => {
    const copy = join(dir, name.slice(0, 4));
    const [place, source] = name === 'zstd' ? [`oci:${copy}:b`, copy] : [`dir:${copy}`, ''];
    run('skopeo', 'copy', '--insecure-policy', '--quiet', ...options, `oci:${layout}:a`, place);
    if (source) return void expect(await files(source, 'b', 'configs')).toEqual(expected);
    const bytes = readFileSync(join(copy, 'manifest.json'));
    const { mediaType } = JSON.parse(bytes.toString()) as { mediaType: string };
    const found: string[] = [];
    const from: ImageSource = {
      manifest: () => Promise.reject(new Error('not asked')),
      blob: async ({ digest }) => ({ body: Readable.from([readFileSync(join(copy, hexOf(digest)))]), offset: 0 }),
    };
    const manifest: Manifest = { mediaType, digest: `sha256:${'0'.repeat(64)}`, bytes };
    for await (const { path } of readImageFiles(from, manifest, ['configs'])) found.push(path);
    expect(found.sort()).toEqual(Object.keys(expected).sort());
  });
});
