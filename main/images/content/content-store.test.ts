import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { ociManifest } from '../media-types.ts';
import type { BlobDownload, ContentStore } from '../types.ts';
import { createContentStore } from './content-store.ts';
import { openStoreReader } from './store-reader.ts';

const clock = systemClock();
let dir: string;
let root: string;
let store: ContentStore;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-store-'));
  root = join(dir, 'store');
  store = await createContentStore({ root, clock });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const from =
  (bytes: Buffer, asked: number[] = []) =>
  async (offset: number): Promise<BlobDownload> => {
    asked.push(offset);
    return { body: Readable.from(chunks(bytes.subarray(offset))), offset };
  };

function* chunks(bytes: Buffer, size = 65_536): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Ends with an error after `bytes`. */
const cut =
  (bytes: Buffer, after: number) =>
  async (offset: number): Promise<BlobDownload> => ({
    body: Readable.from(
      (function* () {
        if (offset < after) yield* chunks(bytes.subarray(offset, after));
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      })(),
    ),
    offset,
  });

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no fault',
    (error) => error.fault?.code ?? String(error),
  );

async function reopen(): Promise<void> {
  await store.close();
  store = await createContentStore({ root, clock });
}

test('a blob is written once, byte for byte, and known after opening again', async () => {
  const bytes = randomBytes(3_500_000);
  const digest = digestOf(bytes);
  const seen: number[] = [];
  const blob = { digest, size: bytes.length };
  expect(await store.write(blob, from(bytes), { onBytes: (count) => seen.push(count) })).toBe('written');
  expect(seen.reduce((a, b) => a + b, 0)).toBe(bytes.length);
  expect(await store.write(blob, from(bytes))).toBe('here');
  await reopen();
  expect(store.size(digest)).toBe(bytes.length);
  expect(readFileSync(join(root, 'blobs/sha256', digest.slice(7)))).toEqual(bytes);
  expect(Buffer.concat(await store.read(digest, { start: 10, end: 2_000_000 }).toArray())).toEqual(
    bytes.subarray(10, 2_000_000),
  );
  expect(store.usage()).toEqual({ blobs: 1, bytes: bytes.length, partialBytes: 0 });
});

test('sha512 and empty blobs', async () => {
  const digest = digestOf('words', 'sha512');
  await store.put(Buffer.from('words'), digest);
  const empty = digestOf('');
  await store.put(Buffer.alloc(0));
  await reopen();
  expect(store.digests()).toEqual([empty, digest]);
  expect(await store.bytes(digest)).toEqual(Buffer.from('words'));
  expect(await store.read(empty).toArray()).toEqual([]);
});

test('ten at once fetch a blob once; when the first fails the next one takes over', async () => {
  const bytes = randomBytes(200_000);
  const blob = { digest: digestOf(bytes), size: bytes.length };
  const asked: number[] = [];
  const first = store.write(blob, from(randomBytes(200_000), asked));
  const rest = Array.from({ length: 9 }, () => store.write(blob, from(bytes, asked)));
  expect(await codeOf(first)).toBe('registry.digestMismatch');
  expect((await Promise.all(rest)).filter((each) => each === 'written')).toHaveLength(1);
  expect(asked).toEqual([0, 0]);
});

test('a cut body is gone on with where it broke; one that never gives more is a fault and leaves its partial', async () => {
  const bytes = randomBytes(2_000_000);
  const blob = { digest: digestOf(bytes), size: bytes.length };
  let cuts = 0;
  const flaky = (offset: number): Promise<BlobDownload> =>
    cut(
      bytes,
      Math.min(bytes.length, 300_000 * ++cuts),
    )(offset).then((download) => (300_000 * cuts >= bytes.length ? from(bytes)(offset) : download));
  expect(await store.write(blob, flaky)).toBe('written');
  expect(cuts).toBe(7);

  const other = randomBytes(900_000);
  const wanted = { digest: digestOf(other), size: other.length };
  expect(await codeOf(store.write(wanted, cut(other, 500_000)))).toBe('registry.unreachable');
  expect(store.usage().partialBytes).toBe(500_000);
  await reopen();
  const asked: number[] = [];
  expect(await store.write(wanted, from(other, asked))).toBe('written');
  expect(asked).toEqual([500_000]);
});

test('a registry that would not resume is taken from the start; a rotten partial is fetched anew once', async () => {
  const bytes = randomBytes(700_000);
  const blob = { digest: digestOf(bytes), size: bytes.length };
  await codeOf(store.write(blob, cut(bytes, 400_000)));
  let counted = 0;
  const anew = async (): Promise<BlobDownload> => ({ body: Readable.from(chunks(bytes)), offset: 0 });
  expect(await store.write(blob, anew, { onBytes: (count) => (counted += count) })).toBe('written');
  expect(counted).toBe(700_000 - 400_000);

  const other = randomBytes(700_000);
  const wanted = { digest: digestOf(other), size: other.length };
  writeFileSync(join(root, '.bastion/partial', wanted.digest.replace(':', '-')), randomBytes(100_000));
  const asked: number[] = [];
  expect(await store.write(wanted, from(other, asked))).toBe('written');
  expect(asked).toEqual([100_000, 0]);
  expect(await store.bytes(wanted.digest)).toEqual(other);
});

test.each([
  ['other bytes', (bytes: Buffer) => Buffer.from(bytes).fill(0, 100, 200)],
  ['more bytes', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
])('%s are refused and leave nothing', async (_, change) => {
  const bytes = randomBytes(100_000);
  const blob = { digest: digestOf(bytes), size: bytes.length };
  expect(await codeOf(store.write(blob, from(change(bytes))))).toBe('registry.digestMismatch');
  expect(store.has(blob.digest)).toBe(false);
  expect(store.usage().partialBytes).toBe(0);
});

test('stopping keeps what came', async () => {
  const bytes = randomBytes(4_000_000);
  const blob = { digest: digestOf(bytes), size: bytes.length };
  const stop = new AbortController();
  let seen = 0;
  const onBytes = (count: number) => {
    seen += count;
    if (seen > 2_500_000) stop.abort(new Error('paused'));
  };
  await expect(store.write(blob, from(bytes), { onBytes, signal: stop.signal })).rejects.toThrow('paused');
  expect(store.usage().partialBytes).toBe(seen);
});

test('what the journal does not list is hashed before it is trusted', async () => {
  const [good, bad] = [randomBytes(5000), randomBytes(5000)];
  await store.put(good);
  const put = await store.put(bad);
  await store.close();
  writeFileSync(join(root, '.bastion/journal'), `+${digestOf(good)} 50`);
  writeFileSync(join(root, 'blobs/sha256', put.slice(7)), Buffer.alloc(5000));
  const checked: number[] = [];
  store = await createContentStore({ root, clock, onCheck: (done) => checked.push(done) });
  expect(store.digests()).toEqual([digestOf(good)]);
  expect(checked).toEqual([5000, 10_000]);
  expect(existsSync(join(root, '.bastion/damaged', put.replace(':', '-')))).toBe(true);
  await reopen();
  expect(store.has(digestOf(good))).toBe(true);
});

test('a damaged or lost blob at rest is found, named and can be fetched again', async () => {
  const blobs = [randomBytes(3_000_000), randomBytes(100), randomBytes(100)] as const;
  const [big, lost, fine] = (await Promise.all(blobs.map((bytes) => store.put(bytes)))) as [
    `sha256:${string}`,
    `sha256:${string}`,
    `sha256:${string}`,
  ];
  const flipped = Buffer.from(blobs[0]);
  flipped.writeUInt8(flipped.readUInt8(2_999_999) ^ 1, 2_999_999);
  writeFileSync(join(root, 'blobs/sha256', big.slice(7)), flipped);
  rmSync(join(root, 'blobs/sha256', lost.slice(7)));
  const told = new Map<string, boolean>();
  const damaged = await store.verify((digest, _, good) => told.set(digest, good));
  expect(new Set(damaged)).toEqual(new Set([big, lost]));
  expect(told).toEqual(
    new Map([
      [big, false],
      [lost, false],
      [fine, true],
    ]),
  );
  expect(store.digests()).toEqual([fine]);
  expect(await store.put(blobs[0], big)).toBe(big);
  expect(await store.verify(() => {})).toEqual([]);
});

test('one writes, any may read; the reader sees what comes in', async () => {
  expect(await codeOf(createContentStore({ root, clock }))).toBe('store.busy');
  const reader = await openStoreReader(root);
  const digest = await store.put(Buffer.from('later'));
  await expect.poll(() => reader.has(digest)).toBe(true);
  expect(await reader.bytes(digest)).toEqual(Buffer.from('later'));
  const bytes = await store.put(Buffer.from('{"schemaVersion":2,"config":{},"layers":[]}'));
  const descriptor = { mediaType: ociManifest, digest: bytes, size: 43 };
  await store.setRoot({ name: 'example.org/a:1', descriptor, annotations: { 'bastion.kmm/set': 'x' } });
  expect(reader.roots()).toEqual([{ name: 'example.org/a:1', descriptor, annotations: { 'bastion.kmm/set': 'x' } }]);
});

test('three hundred roots at once are written in a few turns, and survive', async () => {
  const digest = await store.put(Buffer.from('{}'));
  const descriptor = { mediaType: ociManifest, digest, size: 2 };
  const names = Array.from({ length: 300 }, (_, at) => `example.org/image-${String(at).padStart(3, '0')}:1`);
  await Promise.all(names.map((name) => store.setRoot({ name, descriptor, annotations: {} })));
  await reopen();
  expect(store.roots().map(({ name }) => name)).toEqual(names);
  await store.removeRoots(names.slice(1));
  await reopen();
  expect(store.roots()).toHaveLength(1);
});

test('a folder that goes away in mid-work is an unplugged disk; one that is no layout is refused', async () => {
  const bytes = randomBytes(10);
  rmSync(root, { recursive: true });
  expect(await codeOf(store.put(bytes))).toBe('store.unplugged');
  const other = join(dir, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}');
  expect(await codeOf(createContentStore({ root: other, clock }))).toBe('store.notLayout');
  expect(await codeOf(openStoreReader(join(dir, 'nothing')))).toBe('store.unplugged');
});

test('old partials, and those of blobs that are here, are swept at opening', async () => {
  const digest = await store.put(Buffer.from('here'));
  const partials = join(root, '.bastion/partial');
  writeFileSync(join(partials, digest.replace(':', '-')), 'he');
  writeFileSync(join(partials, `sha256-${'a'.repeat(64)}`), 'young');
  writeFileSync(join(partials, 'something'), 'else');
  await reopen();
  expect(store.usage().partialBytes).toBe(5);
  await store.close();
  store = await createContentStore({ root, clock: { now: () => Date.now() + 31 * 24 * 3600 * 1000 } });
  expect(store.usage().partialBytes).toBe(0);
});

test('blobs stay as long as the list on the disk names their image', async () => {
  const digest = await store.put(Buffer.from('{"schemaVersion":2}'));
  await store.setRoot({ name: 'a', descriptor: { mediaType: 'text/plain', digest, size: 19 }, annotations: {} });
  // The list can't be written anew.
  mkdirSync(join(root, 'index.json.new'));
  await expect(store.prune(false, ['a'])).rejects.toThrow();
  await expect(store.prune(false)).rejects.toThrow();
  expect(existsSync(join(root, 'blobs/sha256', digest.slice(7)))).toBe(true);
  rmSync(join(root, 'index.json.new'), { recursive: true });
  expect((await store.prune(false)).digests).toEqual([digest]);
});

test('one blob that can not be read costs that blob, not the store', async () => {
  const good = await store.put(Buffer.from('good'));
  await store.close();
  const bad = digestOf('bad');
  mkdirSync(join(root, 'blobs/sha256', bad.slice(7)));
  store = await createContentStore({ root, clock });
  expect([store.has(good), store.has(bad)]).toEqual([true, false]);
  const bytes = Buffer.from('bad');
  expect(await store.write({ digest: bad, size: 3 }, from(bytes))).toBe('written');
});

test('a bad sector is damage of its blob, not an unplugged disk', async () => {
  const [one, two] = [await store.put(Buffer.from('one')), await store.put(Buffer.from('two'))].sort();
  const handle = await open(join(root, 'index.json'));
  await handle.close();
  const failing = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  const read = vi.spyOn(Object.getPrototypeOf(handle), 'read').mockRejectedValueOnce(failing);
  expect(await store.verify(() => {})).toEqual([one]);
  read.mockRestore();
  expect([store.has(one!), store.has(two!)]).toEqual([false, true]);
  expect(await store.write({ digest: one!, size: 3 }, from(Buffer.from(one === digestOf('one') ? 'one' : 'two')))).toBe(
    'written',
  );
});
