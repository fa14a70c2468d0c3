import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContentStore } from '../../images/types.ts';
import { exportBundle } from './export.ts';
import { importBundle } from './import.ts';
import { inspectBundle } from './inspect.ts';
import { contentOf, noise, putImage, sampleKey, sampleStore } from './testing/sample-store.ts';

const mib = 1024 * 1024;
const madeAt = '2026-11-22T22:00:00Z';
let dir = '';
let from: ContentStore;
let to: ContentStore;
const key = sampleKey();

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-bundle-'));
  from = await sampleStore(join(dir, 'from'));
  to = await sampleStore(join(dir, 'to'));
});
afterEach(async () => {
  await from.close();
  await to.close();
  rmSync(dir, { recursive: true, force: true });
});

const out = (more: Partial<Parameters<typeof exportBundle>[0]> = {}) =>
  exportBundle({ store: from, folders: [dir], roots: from.roots(), madeAt, madeBy: 'office', key, ...more });

describe('a bundle', () => {
  test('carries images over, byte for byte, with blobs split across segments', async () => {
    const shared = noise('base', 700_000);
    await putImage(from, 'quay.io/a/one:1', [shared, noise('one', 3 * mib + 5)]);
    await putImage(from, 'quay.io/a/two:1', [shared, noise('two', 100)]);
    const made = await out({ segmentBytes: mib });
    expect(made.readBack).toBe('device');
    expect(made.toc.segments.map(({ name }) => name)).toEqual([1, 2, 3, 4].map((n) => `seg-0000${n}.bin`));
    expect(readdirSync(made.paths[0]!).sort()).toEqual([
      'seg-00001.bin',
      'seg-00002.bin',
      'seg-00003.bin',
      'seg-00004.bin',
      'sha256.txt',
      'toc.json',
      'toc.sig',
    ]);
    const summary = await inspectBundle([dir], { check: true, trusted: [key.trusted] });
    expect(summary).toMatchObject({ id: made.toc.id, images: 2, blobs: 7, signature: 'trusted', key: key.id });
    expect(summary.sentence).toBe(
      '2 images in 4 segments; signed by a trusted key; for any site; every segment checked.',
    );
    const done = await importBundle({ store: to, folders: [dir], trusted: [key.trusted] });
    expect(done).toMatchObject({ state: 'done', images: ['quay.io/a/one:1', 'quay.io/a/two:1'], blobsWritten: 7 });
    expect(await contentOf(to)).toEqual(await contentOf(from));
    expect(to.roots()).toEqual(from.roots());
  });

  test('is the same bundle when the same content is exported for the same run', async () => {
    await putImage(from, 'quay.io/a/one:1', [noise('one', 1000)]);
    const first = await out();
    const toc = readFileSync(join(first.paths[0]!, 'toc.json'));
    const second = await out();
    expect(second.bytesWritten).toBe(0);
    expect(readFileSync(join(second.paths[0]!, 'toc.json'))).toEqual(toc);
  });
});
