import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../content/content-store.ts';
import { createRegistry } from '../registry/registry.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { descriptorOf, sampleImage } from '../testing/sample-image.ts';
import type { ContentStore, Registry } from '../types.ts';
import { createBlobPool } from './blob-pool.ts';
import { sendImage } from './send-image.ts';
import { createTarget } from './target.ts';

let folder: string;
let server: FaultyRegistry;
let registry: Registry;
let store: ContentStore;
const image = sampleImage();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'put-image-'));
  server = await startFaultyRegistry();
  registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  store = await createContentStore({ root: folder, clock: systemClock() });
  for (const { bytes } of image.blobs) await store.put(bytes);
  await store.put(image.manifest.bytes);
  await store.setRoot({ name: 'x.example/app:1', descriptor: descriptorOf(image.manifest), annotations: {} });
});
afterEach(async () => {
  await Promise.all([registry.close(), server.stop(), store.close()]);
  rmSync(folder, { recursive: true, force: true });
});
const send = (target = createTarget(registry)) =>
  sendImage({
    ...{ store, name: 'x.example/app:1', target, repository: 'app', tag: '1' },
    pool: createBlobPool(),
  });

test('a tag that names another image when it was put is no success', async () => {
  const other = sampleImage().manifest;
  const headers = { 'content-type': other.mediaType, 'docker-content-digest': other.digest };
  const answer = { status: 200, headers: { ...headers, 'content-length': String(other.bytes.length) } };
  // The first look finds nothing, the one behind the PUT what somebody else put meanwhile.
  server.add({ method: 'HEAD', path: /manifests\/1$/, skip: 1, answer });
  await expect(send()).rejects.toMatchObject({
    fault: { code: 'registry.unverified', message: expect.stringContaining('does not give back 1') },
  });
  expect(await send()).toMatchObject({ digest: image.manifest.digest });
});

test('a blob that has another size when it was put is no success', async () => {
  const { digest } = image.blobs[1]!.descriptor;
  const answer = { status: 200, headers: { 'content-length': '17', 'docker-content-digest': digest } };
  server.add({ method: 'HEAD', path: new RegExp(`blobs/${digest}`), answer });
  await expect(send()).rejects.toMatchObject({
    fault: { code: 'registry.unverified', message: expect.stringContaining(digest) },
  });
});

const blobs = image.blobs.length;
/** Blobs and the manifest. */
const all = blobs + 1;
const blobRequests = () =>
  server.seen
    .filter(({ path }) => path.includes('/blobs/'))
    .map(({ method, path }) => `${method} ${path.split('?')[0]}`);

test('of a new image no small blob is looked for before the request that begins to send it', async () => {
  const put = await send();
  expect(put.moved.blobs).toBe(all);
  const counted = Object.groupBy(blobRequests(), (each) => each.split(' ')[0] ?? '');
  // The HEADs are those of the verification.
  expect([counted['POST']?.length, counted['PUT']?.length, counted['HEAD']?.length]).toEqual([blobs, blobs, blobs]);
  // Again, and each is looked at where it is.
  server.seen.length = 0;
  expect((await send()).here.blobs).toBe(all);
  expect(blobRequests().map((each) => each.split(' ')[0])).toEqual(image.blobs.map(() => 'HEAD'));
});

test('a blob that is there under a new tag is found by that request, and not sent', async () => {
  const { descriptor, bytes } = image.blobs[0]!;
  await registry.upload('app', descriptor, async () => Readable.from([bytes]));
  server.seen.length = 0;
  const put = await send();
  expect([put.here.blobs, put.moved.blobs]).toEqual([1, all - 1]);
  expect(blobRequests().filter((each) => each.startsWith('PUT'))).toHaveLength(blobs - 1);
});

test.each([400, 404, 405])('a registry that answers a mount with %i is sent the blob', async (status) => {
  server.add({ method: 'POST', path: /mount=/, times: Number.POSITIVE_INFINITY, answer: { status } });
  expect((await send()).moved.blobs).toBe(all);
});

test('a registry that claims to have what it lost is sent the blob', async () => {
  server.add({ method: 'POST', path: /mount=/, times: Number.POSITIVE_INFINITY, answer: { status: 201 } });
  const put = await send();
  expect([put.moved.blobs, put.here.blobs]).toEqual([all, 0]);
});

test('a registry that claims to take a blob over from another repository is sent it where it does not', async () => {
  const { descriptor, bytes } = image.blobs[0]!;
  const target = createTarget(registry, {
    remembered: async () => new Map([[descriptor.digest, ['elsewhere']]]),
  });
  await registry.upload('elsewhere', descriptor, async () => Readable.from([bytes]));
  server.add({ method: 'POST', path: /from=elsewhere/, times: Number.POSITIVE_INFINITY, answer: { status: 201 } });
  expect((await send(target)).moved.blobs).toBe(all);
  expect(server.content.blobs.has(`app ${descriptor.digest}`)).toBe(true);
});
