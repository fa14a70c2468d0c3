import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { ociIndex } from '../media-types.ts';
import type { Descriptor, Digest, ImageSource, Manifest } from '../types.ts';
import { type ReadOptions, readImageFiles } from './read-files.ts';

type Entry = string | { name: string; type?: 'symlink' | 'directory'; body?: string };
const digestOf = (bytes: Buffer): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function tar(entries: Record<string, string> | Entry[]): Promise<Buffer> {
  const list = Array.isArray(entries) ? entries : Object.entries(entries).map(([name, body]) => ({ name, body }));
  const out = pack();
  for (const each of list) {
    const { name, type, body } =
      typeof each === 'string' ? { name: each, type: undefined, body: '' } : { type: undefined, body: '', ...each };
    out.entry(type === 'symlink' ? { name, type, linkname: 'x' } : type ? { name, type } : { name }, type ? '' : body);
  }
  out.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of out) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** An image in memory; `broken` bodies end after so many bytes, once for each number. */
function image(layers: Buffer[], broken: number[] = []) {
  const asked: number[] = [];
  const blobs = new Map(layers.map((bytes) => [digestOf(bytes), bytes]));
  const parts = layers.map((bytes) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digestOf(bytes),
    size: bytes.length,
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: parts[0], layers: parts }));
  const manifest: Manifest = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(bytes),
    bytes,
  };
  const source: ImageSource = {
    manifest: async () => manifest,
    blob: async (blob: Descriptor, { offset }) => {
      asked.push(offset);
      const whole = blobs.get(blob.digest)!;
      const cut = broken.shift();
      const body = Readable.from(
        (async function* () {
          for (let at = offset; at < (cut ?? whole.length); at += 700)
            yield whole.subarray(at, Math.min(at + 700, cut ?? whole.length));
          if (cut !== undefined) throw new Error('connection reset');
        })(),
      );
      return { body, offset };
    },
  };
  return { source, manifest, asked, blobs };
}

async function read(layers: Buffer[], prefixes: string[], options: ReadOptions = {}, broken: number[] = []) {
  const { source, manifest, asked } = image(layers, broken);
  const found: Record<string, string> = {};
  for await (const { path, bytes } of readImageFiles(source, manifest, prefixes, options))
    found[path] = bytes.toString();
  return { found, asked };
}

describe('merged file system', () => {
  test('the upper file wins, whatever packs the layer', async () => {
    const low = gzipSync(await tar({ 'configs/a/catalog.json': 'old', 'configs/b': 'b', 'etc/x': 'no' }));
    const high = zstdCompressSync(await tar({ './configs/a/catalog.json': 'new' }));
    const top = await tar({ 'configs/c': 'c' });
    expect((await read([low, high, top], ['/configs'])).found).toEqual({
      'configs/a/catalog.json': 'new',
      'configs/b': 'b',
      'configs/c': 'c',
    });
  });
  test.each([
    ['a file', ['configs/.wh.a']],
    ['a folder', ['.wh.configs']],
    ['an opaque folder', ['configs/.wh..wh..opq']],
    ['an opaque root', ['.wh..wh..opq']],
    ['a file where a folder was', ['configs']],
    ['a link where a folder was', [{ name: 'configs', type: 'symlink' as const }]],
  ])('%s hides lower layers only', async (_, markers) => {
    const low = await tar({ 'configs/a': 'low' });
    const { found } = await read([low, await tar(markers)], ['configs']);
    expect(Object.keys(found)).toEqual(markers[0] === 'configs' ? ['configs'] : []);
  });
  test('a marker spares its own layer, whichever comes first', async () => {
    const low = await tar({ 'configs/a': 'low', 'configs/old': 'x' });
    const high = await tar(['.wh.configs', { name: 'configs/a', body: 'high' }]);
    expect((await read([low, high], ['configs'])).found).toEqual({ 'configs/a': 'high' });
  });
  test('only whole names are below a prefix', async () => {
    expect((await read([await tar({ 'configs-old/a': '1', configs: '2' })], ['configs'])).found).toEqual({
      configs: '2',
    });
  });
  test('enough leaves the lower layers unread', async () => {
    const layers = [await tar({ 'm/low': '1' }), await tar({ 'm/high': '2' })];
    const { found, asked } = await read(layers, ['m'], { enough: (paths) => paths.has('m/high') });
    expect(found).toEqual({ 'm/high': '2' });
    expect(asked).toHaveLength(1);
  });
  test('links are told, not followed', async () => {
    const told: string[] = [];
    await read([await tar([{ name: 'm/l', type: 'symlink' }])], ['m'], {
      onSkipped: (path, type) => told.push(`${type} ${path}`),
    });
    expect(told).toEqual(['symlink m/l']);
  });
});

describe('trouble', () => {
  const refusal = (code: string) => expect.objectContaining({ fault: expect.objectContaining({ code }) });
  test('a connection that breaks is resumed where it broke', async () => {
    const layer = gzipSync(await tar({ 'm/a': 'x'.repeat(5000) + Math.random() }), { level: 0 });
    const { found, asked } = await read([layer], ['m'], {}, [1400, 2100]);
    expect(found['m/a']).toHaveLength(JSON.stringify(found['m/a']).length - 2);
    expect(asked).toEqual([0, 1400, 2100]);
  });
  test('one that never goes on ends', async () => {
    await expect(read([await tar({ a: 'b' })], ['a'], {}, [0, 0, 0, 0, 0, 0])).rejects.toThrow('connection reset');
  });
  test.each([0, 600, 1100])('one wrong byte at %i is named, also where it spoils the archive', async (at) => {
    const layer = await tar({ 'm/a': 'x'.repeat(900) });
    const { source, manifest, blobs } = image([layer]);
    const wrong = Buffer.from(layer);
    wrong[at] = wrong[at]! ^ 1;
    blobs.set(digestOf(layer), wrong);
    const drain = async () => {
      for await (const _ of readImageFiles(source, manifest, ['m']));
    };
    await expect(drain()).rejects.toThrow(refusal('registry.digestMismatch'));
  });
  test('paths that lead out, doubles, large files, endless archives and non-archives are refused', async () => {
    const refuse = async (layer: Buffer, code: string, options: ReadOptions = {}) =>
      expect(read([layer], ['m'], options)).rejects.toThrow(refusal(code));
    await refuse(await tar({ 'm/../../etc/passwd': 'x' }), 'image.layer');
    await refuse(
      await tar([
        { name: 'm/a', body: '1' },
        { name: 'm/a', body: '2' },
      ]),
      'image.layer',
    );
    await refuse(await tar({ 'm/a': '123' }), 'image.tooLarge', { maxFileBytes: 2 });
    await refuse(gzipSync(Buffer.alloc(3_000_000)), 'image.layer', { maxLayerBytes: 2_000_000 });
    await refuse(Buffer.concat([gzipSync(await tar({ 'm/a': '1' })), Buffer.alloc(3000)]), 'image.layer');
    await refuse(Buffer.from('no archive at all'.repeat(100)), 'image.layer');
    for (const bytes of [700, 1100, 1411]) {
      await refuse((await tar({ 'm/a': 'x'.repeat(900) })).subarray(0, bytes), 'image.layer');
    }
    expect((await read([(await tar({ 'm/a': 'x'.repeat(900) })).subarray(0, 1412)], ['m'])).found['m/a']).toHaveLength(
      900,
    );
  });
  test('an index is refused by name, a caller may stop early, an abort ends it', async () => {
    const { source, manifest } = image([await tar({ 'm/a': '1', 'm/b': '2' })]);
    const index = { ...manifest, mediaType: ociIndex, bytes: Buffer.from('{"manifests":[]}') };
    await expect(readImageFiles(source, index, ['m']).next()).rejects.toThrow(refusal('image.index'));
    for await (const _ of readImageFiles(source, manifest, ['m'])) break;
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    await expect(readImageFiles(source, manifest, ['m'], { signal: controller.signal }).next()).rejects.toThrow(
      'stopped',
    );
  });
});
