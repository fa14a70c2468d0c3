import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import {
  allBytes,
  blobOf,
  descriptorOf,
  opener,
  pushImage,
  sampleImage,
  sampleIndex,
} from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { createRegistry } from './registry.ts';

let server: FaultyRegistry;
let registry: Registry;
let slept: number[];
let now: number;
const clock = {
  now: () => now,
  sleep: async (ms: number) => {
    slept.push(ms);
    now += ms;
  },
};
beforeEach(async () => {
  slept = [];
  now = Date.parse('2026-11-22T20:00:00Z');
  server = await startFaultyRegistry();
  registry = createRegistry({ host: server.host, plainHttp: true, stallMs: 300 }, { clock, random: () => 0.5 });
});
afterEach(async () => {
  await registry.close();
  await server.stop();
});
const image = sampleImage({ sizes: [200_000] });
const layer = image.blobs[1]!;

describe('what passes', () => {
  it('asks again after 500, 502, 503, 504, each time later', async () => {
    await pushImage(registry, 'a', 'v1', image);
    for (const status of [500, 502, 503, 504]) server.add({ method: 'HEAD', answer: { status } });
    expect(await registry.resolve('a', 'v1')).toEqual(descriptorOf(image.manifest));
    expect(slept).toEqual([375, 750, 1500, 3000]);
  });

  it('gives up after six times, in words', async () => {
    server.add({ times: 99, answer: { status: 503, body: 'upstream is down' } });
    await expect(registry.ping()).rejects.toMatchObject({
      fault: {
        code: 'registry.refused',
        message: expect.stringContaining('503 about the registry: upstream is down'),
      },
    });
    expect(server.seen).toHaveLength(6);
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Sun, 22 Nov 2026 20:00:09 GMT', 9_000],
  ])('shuts one gate for all for Retry-After as %s', async (_name, header, ms) => {
    server.add({ path: /first/, answer: { status: 429, headers: { 'retry-after': header } } });
    let open = false;
    const first = registry.hasBlob('first', digestOf('x')).then(() => (open = true));
    await first;
    expect(open).toBe(true);
    expect(slept[0]).toBeGreaterThanOrEqual(ms);
    expect(slept[0]).toBeLessThanOrEqual(ms * 1.1);
  });

  it('lets nobody through while the gate is shut', async () => {
    const timeline: string[] = [];
    const sleepers: (() => void)[] = [];
    const slow = {
      now: () => now,
      sleep: (ms: number) =>
        new Promise<void>((resolve) => {
          const until = now + ms;
          sleepers.push(() => {
            now = Math.max(now, until);
            resolve();
          });
        }),
    };
    const other = createRegistry({ host: server.host, plainHttp: true }, { clock: slow, random: () => 0 });
    server.add({ path: /first/, answer: { status: 429, headers: { 'retry-after': '5' } } });
    const first = other.hasBlob('first', digestOf('x')).then(() => timeline.push('first'));
    while (server.seen.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = other.hasBlob('second', digestOf('x')).then(() => timeline.push('second'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.seen).toHaveLength(1);
    expect(timeline).toEqual([]);
    for (const wake of sleepers.splice(0)) wake();
    await Promise.all([first, second]);
    expect(server.seen).toHaveLength(3);
    await other.close();
  });

  it('does not wait for hours, but says until when', async () => {
    server.add({
      answer: {
        status: 429,
        headers: { 'retry-after': '21600' },
        body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}',
      },
    });
    await expect(registry.ping()).rejects.toMatchObject({
      fault: { code: 'registry.quota', message: expect.stringContaining('2026-11-23T02:00Z') },
    });
    expect(slept).toEqual([]);
  });

  it('does not wait for hours for a registry that is down either', async () => {
    server.add({ times: 9, answer: { status: 503, headers: { 'retry-after': '86400' }, body: 'maintenance' } });
    await expect(registry.ping()).rejects.toMatchObject({
      fault: {
        code: 'registry.refused',
        message: expect.stringContaining('503'),
        remedy: expect.stringContaining('2026-11-23T20:00Z'),
      },
    });
    expect(server.seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it('asks again when a connection is cut before an answer', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'GET', path: /manifests/, cutRequestAt: 0, times: 2 });
    expect(await registry.manifest('a', 'v1')).toEqual(image.manifest);
  });

  it('reads a manifest anew when it is cut in the middle', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'GET', path: /manifests/, cutAt: 100 });
    expect(await registry.manifest('a', 'v1')).toEqual(image.manifest);
  });
});

describe('downloads', () => {
  it('breaks off with a passing fault at any byte, and goes on there', async () => {
    await pushImage(registry, 'a', 'v1', image);
    for (const cutAt of [0, 1, 65_536, 199_999]) {
      server.add({ method: 'GET', path: /blobs/, cutAt });
      const { body } = await registry.blob('a', layer.descriptor, { offset: 0 });
      let got = 0;
      const reading = (async () => {
        for await (const chunk of body as AsyncIterable<Buffer>) got += chunk.length;
      })();
      await expect(reading).rejects.toMatchObject({
        fault: { code: 'registry.unreachable', message: expect.stringContaining('cut') },
      });
      const rest = await registry.blob('a', layer.descriptor, { offset: got });
      expect(rest.offset).toBe(got);
      expect((await allBytes(rest.body)).equals(layer.bytes.subarray(got))).toBe(true);
    }
  });

  it('asks with If-Range once it knows the ETag, and starts over when the registry does', async () => {
    await pushImage(registry, 'a', 'v1', image);
    await allBytes((await registry.blob('a', layer.descriptor, { offset: 0 })).body);
    await allBytes((await registry.blob('a', layer.descriptor, { offset: 10 })).body);
    expect(server.seen.at(-1)?.headers).toMatchObject({
      range: 'bytes=10-',
      'if-range': `"${layer.descriptor.digest}"`,
    });
    server.add({ method: 'GET', path: /blobs/, answer: { status: 200, body: layer.bytes } });
    const again = await registry.blob('a', layer.descriptor, { offset: 10 });
    expect(again.offset).toBe(0);
    expect(await allBytes(again.body)).toHaveLength(200_000);
  });

  it.each([
    ['another part', { status: 206, headers: { 'content-range': 'bytes 0-199999/200000' }, body: layer.bytes }],
    ['a part of something else', { status: 206, headers: { 'content-range': 'bytes 10-99/100' }, body: 'x' }],
    ['no range', { status: 416 }],
  ])('takes all of it when it gets %s', async (_name, answer) => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'GET', path: /blobs/, answer });
    const { body, offset } = await registry.blob('a', layer.descriptor, { offset: 10 });
    expect(offset).toBe(0);
    expect((await allBytes(body)).equals(layer.bytes)).toBe(true);
  });

  it('sees a wrong size before a byte is read', async () => {
    await pushImage(registry, 'a', 'v1', image);
    await expect(registry.blob('a', { ...layer.descriptor, size: 5 }, { offset: 0 })).rejects.toMatchObject({
      fault: { code: 'registry.digestMismatch' },
    });
  });

  it('ends a stall, not a slow line', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'GET', path: /blobs/, bytesPerSecond: 250_000 });
    const slow = await registry.blob('a', layer.descriptor, { offset: 0 });
    expect(await allBytes(slow.body)).toHaveLength(200_000);
    server.add({ method: 'GET', path: /blobs/, stallAt: 100_000 });
    const stalled = await registry.blob('a', layer.descriptor, { offset: 0 });
    await expect(allBytes(stalled.body)).rejects.toMatchObject({
      fault: { code: 'registry.stalled', message: expect.stringContaining('no bytes moved for 0.3 s') },
    });
  });

  it('serves embedded data without asking', async () => {
    const { descriptor, bytes } = blobOf(Buffer.from('{}'));
    const { body } = await registry.blob('none', { ...descriptor, data: bytes.toString('base64') }, { offset: 0 });
    expect(await allBytes(body)).toEqual(bytes);
    expect(server.seen).toHaveLength(0);
  });
});

describe('manifests', () => {
  it('refuses other bytes than asked for, and than the registry names', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'GET', path: /manifests/, flipAt: 5, times: 2 });
    await expect(registry.manifest('a', image.manifest.digest)).rejects.toMatchObject({
      fault: { code: 'registry.digestMismatch' },
    });
    await expect(registry.manifest('a', 'v1')).rejects.toMatchObject({ fault: { code: 'registry.digestMismatch' } });
  });

  it('knows schema 1 by its type', async () => {
    const headers = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' };
    server.add({ path: /manifests/, times: 2, answer: { status: 200, headers, body: '{"schemaVersion":1}' } });
    await expect(registry.resolve('old', 'v1')).rejects.toMatchObject({ fault: { code: 'registry.schema1' } });
    await expect(registry.manifest('old', 'v1')).rejects.toMatchObject({
      fault: { code: 'registry.schema1', message: expect.stringContaining('/old:v1 is a Docker schema 1 image') },
    });
  });

  it('reads and sends no more than 8 MiB', async () => {
    const { mediaType } = image.manifest;
    server.add({
      path: /manifests/,
      answer: { status: 200, headers: { 'content-type': mediaType }, body: Buffer.alloc(9_000_000, 32) },
    });
    await expect(registry.manifest('big', 'v1')).rejects.toMatchObject({ fault: { code: 'registry.tooLarge' } });
    const bytes = Buffer.alloc(8_388_609, 32);
    bytes.write('{"schemaVersion":2}');
    const before = server.seen.length;
    await expect(
      registry.putManifest('big', 'v1', { mediaType, bytes, digest: digestOf(bytes) }),
    ).rejects.toMatchObject({ fault: { code: 'registry.tooLarge' } });
    expect(server.seen).toHaveLength(before);
  });

  it('sends no bytes that are not what their digest says', async () => {
    await expect(
      registry.putManifest('a', 'v1', { ...image.manifest, digest: digestOf('other') }),
    ).rejects.toMatchObject({ fault: { code: 'registry.digestMismatch' } });
  });

  it('names a sparse index, and sends it where it is taken', async () => {
    const index = sampleIndex([image.manifest]);
    await expect(registry.putManifest('sp', 'v1', index)).rejects.toMatchObject({
      fault: { code: 'registry.sparseRefused', about: [`${server.host}/sp`] },
    });
    const tolerant = await startFaultyRegistry({ sparse: true });
    const other = createRegistry({ host: tolerant.host, plainHttp: true }, { clock, random: () => 0 });
    await other.putManifest('sp', 'v1', index);
    expect(await other.resolve('sp', 'v1')).toEqual(descriptorOf(index));
    await other.close();
    await tolerant.stop();
  });

  it('resolves by GET where HEAD says too little', async () => {
    await pushImage(registry, 'a', 'v1', image);
    server.add({ method: 'HEAD', answer: { status: 405 } });
    expect(await registry.resolve('a', 'v1')).toEqual(descriptorOf(image.manifest));
    server.add({ method: 'HEAD', answer: { status: 200, headers: { 'content-type': image.manifest.mediaType } } });
    expect(await registry.resolve('a', 'v1')).toEqual(descriptorOf(image.manifest));
  });
});

describe('refusals name the repository and the way out', () => {
  it.each([
    [403, 'DENIED', 'requested access to the resource is denied', 'registry.forbidden', 'right "push"'],
    [403, 'DENIED', 'exceeded the storage quota of project team', 'registry.quota', 'quota'],
    [507, 'UNKNOWN', 'Insufficient Storage', 'registry.quota', 'Free space'],
    [500, 'UNKNOWN', 'write: no space left on device', 'registry.quota', 'Free space'],
    [413, 'SIZE_INVALID', 'too large', 'registry.tooLarge', 'size limit'],
    [400, 'NAME_INVALID', 'no nested paths', 'registry.refused', ''],
    [404, 'NAME_UNKNOWN', 'does not exist', 'registry.notFound', 'Create 127.0.0.1'],
  ])('%i %s %s', async (status, code, message, fault, remedy) => {
    server.add({ method: 'POST', answer: { status, body: JSON.stringify({ errors: [{ code, message }] }) } });
    await expect(registry.upload('team/app', layer.descriptor, opener(layer.bytes))).rejects.toMatchObject({
      fault: {
        code: fault,
        about: [`${server.host}/team/app`],
        message: expect.stringContaining(message),
        remedy: expect.stringContaining(remedy),
      },
    });
  });

  it('says how an address is wrong', async () => {
    const at = (host: string) => createRegistry({ host, plainHttp: true, stallMs: 500 }, { clock, random: () => 0 });
    const { host } = server;
    await expect(at('127.0.0.1:1').ping()).rejects.toMatchObject({
      fault: { code: 'registry.unreachable', message: expect.stringContaining('nothing listens there') },
    });
    await expect(at('no-such-host.invalid').ping()).rejects.toMatchObject({
      fault: { code: 'registry.unreachable', message: expect.stringMatching(/DNS/) },
    });
    const tls = createRegistry({ host }, { clock, random: () => 0 });
    await expect(tls.ping()).rejects.toMatchObject({
      fault: { code: 'registry.tls', message: expect.stringContaining('does not speak TLS') },
    });
    server.add({ path: /v2/, answer: { status: 404, body: 'nginx' } });
    await expect(registry.ping()).rejects.toMatchObject({
      fault: { code: 'registry.refused', message: expect.stringContaining('is no registry') },
    });
    expect(() => at('http://x')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'reference.host' }) }),
    );
    await tls.close();
  });
});

describe('lists', () => {
  it('reads all pages of tags, repositories and referrers', async () => {
    await server.stop();
    server = await startFaultyRegistry({ pageSize: 3, referrersApi: true });
    await registry.close();
    registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: () => 0 });
    await pushImage(registry, 'a/0', 't0', image);
    const tags = Array.from({ length: 10 }, (_, n) => `t${n}`);
    for (const tag of tags) await registry.putManifest('a/0', tag, image.manifest);
    expect(await registry.tags('a/0')).toEqual(tags);
    for (const n of [1, 2, 3, 4]) await pushImage(registry, `a/${n}`, 't', image);
    expect(await registry.repositories()).toEqual(['a/0', 'a/1', 'a/2', 'a/3', 'a/4']);
    const subject = descriptorOf(image.manifest);
    const all = Array.from({ length: 7 }, (_, n) => sampleImage({ sizes: [n + 1], subject, artifactType: `t/${n}` }));
    for (const one of all) await pushImage(registry, 'a/0', one.manifest.digest, one);
    expect((await registry.referrers('a/0', subject.digest)).map(({ artifactType }) => artifactType)).toEqual(
      all.map((_, n) => `t/${n}`),
    );
    // The registry kept the list itself: no tag for it.
    expect(await registry.tags('a/0')).toEqual(tags);
  });

  it('ends when pages of referrers lead back to themselves', async () => {
    const path = `/v2/a/referrers/${image.manifest.digest}`;
    const body = JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(image.manifest)] });
    const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json', link: `<${path}?p=2>; rel="next"` };
    server.add({ path: /referrers/, times: 50, answer: { status: 200, headers, body } });
    expect(await registry.referrers('a', image.manifest.digest)).toHaveLength(2);
    expect(server.seen).toHaveLength(2);
  });

  it('has no list of repositories where the registry shows none', async () => {
    for (const status of [401, 403, 404, 405]) {
      server.add({ path: /_catalog/, answer: { status } });
      expect(await registry.repositories()).toBeUndefined();
    }
  });
});

it('speaks to an IPv6 address', async () => {
  const six = await startFaultyRegistry({ address: '::1' });
  const other = createRegistry({ host: six.host, plainHttp: true }, { clock, random: () => 0 });
  await pushImage(other, 'a', 'v1', image);
  expect((await other.manifest('a', 'v1')).digest).toBe(image.manifest.digest);
  expect(six.host).toMatch(/^\[::1\]:/);
  await other.close();
  await six.stop();
});

it('says at once that it was closed', async () => {
  await registry.ping();
  await registry.close();
  await expect(registry.ping()).rejects.toMatchObject({ fault: { message: expect.stringContaining('ended here') } });
  expect(slept).toEqual([]);
});

it('ends at once when it is told to', async () => {
  server.add({ times: 99, answer: { status: 503 } });
  const stop = new AbortController();
  const real = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: () => 0.9 });
  const asking = real.ping(stop.signal);
  setTimeout(() => stop.abort(new Error('stop')), 100);
  await expect(asking).rejects.toThrow('stop');
  await real.close();
});
