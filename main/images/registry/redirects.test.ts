import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { startFaultyRegistry } from '../testing/faulty-registry.ts';
import { allBytes, pushImage, sampleImage } from '../testing/sample-image.ts';
import { followRedirects } from './redirects.ts';
import { createRegistry } from './registry.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const image = sampleImage({ sizes: [50_000] });
const { descriptor, bytes } = image.blobs[1]!;
const guard = ({ headers }: { headers: { authorization?: string | undefined } }) =>
  headers.authorization ? undefined : { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };

it('reads a blob from another host, the password stays behind, a range goes along', async () => {
  const server = await startFaultyRegistry({ guard });
  const storage = await startFaultyRegistry();
  const registry = createRegistry(
    { host: server.host, plainHttp: true, credential: { user: 'u', password: 'p' } },
    { clock: systemClock(), random: Math.random },
  );
  stops.push(server.stop, storage.stop, registry.close);
  await pushImage(registry, 'a', 'v1', image);
  storage.content.blobs.set(`cdn ${descriptor.digest}`, bytes);
  const location = `http://${storage.host}/v2/cdn/blobs/${descriptor.digest}?signed=yes`;
  server.add({
    method: 'GET',
    path: /blobs/,
    times: Infinity,
    answer: { status: 307, headers: { location }, body: 'moved' },
  });
  expect((await allBytes((await registry.blob('a', descriptor, { offset: 0 })).body)).equals(bytes)).toBe(true);
  const { body, offset } = await registry.blob('a', descriptor, { offset: 40_000 });
  expect(offset).toBe(40_000);
  expect((await allBytes(body)).equals(bytes.subarray(40_000))).toBe(true);
  expect(storage.seen.map(({ headers }) => [headers.authorization, headers.range])).toEqual([
    [undefined, undefined],
    [undefined, 'bytes=40000-'],
  ]);
  // The ETag is the storage's own: it goes there and not to the registry.
  expect(storage.seen[1]?.headers['if-range']).toBe(`"${descriptor.digest}"`);
  expect(server.seen.at(-1)?.headers['if-range']).toBeUndefined();
});

it('looks for a blob by GET where the storage refuses HEAD', async () => {
  const server = await startFaultyRegistry();
  const storage = await startFaultyRegistry({ rules: [{ method: 'HEAD', answer: { status: 403 } }] });
  const registry = createRegistry(
    { host: server.host, plainHttp: true },
    { clock: systemClock(), random: Math.random },
  );
  stops.push(server.stop, storage.stop, registry.close);
  storage.content.blobs.set(`cdn ${descriptor.digest}`, bytes);
  const location = `http://${storage.host}/v2/cdn/blobs/${descriptor.digest}`;
  server.add({ path: /blobs/, times: 2, answer: { status: 307, headers: { location } } });
  expect(await registry.hasBlob('a', descriptor.digest)).toBe(50_000);
});

it('keeps the password on the same host, and ends a circle', async () => {
  const server = await startFaultyRegistry({ guard });
  const registry = createRegistry(
    { host: server.host, plainHttp: true, credential: { user: 'u', password: 'p' } },
    { clock: systemClock(), random: Math.random },
  );
  stops.push(server.stop, registry.close);
  await pushImage(registry, 'a', 'v1', image);
  server.add({
    method: 'GET',
    path: /^\/v2\/b\//,
    answer: ({ url }) => ({ status: 302, headers: { location: url.pathname.replace('/b/', '/a/') } }),
  });
  expect((await registry.manifest('b', 'v1')).digest).toBe(image.manifest.digest);
  server.add({
    method: 'GET',
    path: /circle/,
    times: Infinity,
    answer: { status: 302, headers: { location: '/v2/circle/manifests/x' } },
  });
  await expect(registry.manifest('circle', 'x')).rejects.toMatchObject({
    fault: { code: 'registry.refused', message: expect.stringContaining('more than 5 times') },
  });
});

it.each([
  ['http://r.example/x', 'from TLS to plain HTTP'],
  ['ftp://r.example/x', 'without saying where to'],
  ['', 'without saying where to'],
])('refuses to go from TLS to "%s"', async (location, why) => {
  const url = new URL('https://r.example/v2/');
  const { Readable } = await import('node:stream');
  const first = { status: 307, headers: { location }, body: Readable.from([]), url };
  const sent = { method: 'GET', url, headers: { authorization: 'Basic x' } };
  const never = () => Promise.reject(new Error('something was sent'));
  await expect(followRedirects(first, sent, () => ({}), never)).rejects.toMatchObject({
    fault: { code: 'registry.refused', message: expect.stringContaining(why) },
  });
});
