import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { type FaultyOptions, type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { blobOf, opener } from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { createRegistry } from './registry.ts';

const { descriptor, bytes } = blobOf(randomBytes(1_000));
const clock = { now: () => Date.now(), sleep: async () => {} };
const always = Number.POSITIVE_INFINITY;
let server: FaultyRegistry;
let registry: Registry;

async function begin(options: FaultyOptions = {}) {
  server = await startFaultyRegistry(options);
  registry = createRegistry({ host: server.host, plainHttp: true, stallMs: 400 }, { clock, random: () => 0.5 });
}
afterEach(async () => {
  await registry.close();
  await server.stop();
});
const send = (options: Parameters<Registry['upload']>[3] = {}) =>
  registry.upload('a/b', descriptor, opener(bytes), options);
const methods = () => server.seen.map(({ method }) => method).join(' ');

describe('a question for a blob that is answered oddly is followed by a plain upload', () => {
  const location = { location: 'http://[not-an-address/' };
  test.each([
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['409', { status: 409 }],
    ['416', { status: 416 }],
    ['422', { status: 422 }],
    ['501', { status: 501 }],
    ['307', { status: 307, headers: { location: '/elsewhere' } }],
    ['202 without a Location', { status: 202 }],
    ['202 with a Location that is none', { status: 202, headers: location }],
    ['500 each time', { status: 500 }],
    ['200', { status: 200 }],
  ])('%s', async (_, answer) => {
    await begin({ rules: [{ method: 'POST', path: /mount=/, times: always, answer }] });
    expect(await send({ mountFrom: 'a/b' })).toBe(true);
    expect(methods()).toBe('POST POST PUT');
    expect(server.content.blobs.get(`a/b ${descriptor.digest}`)?.equals(bytes)).toBe(true);
  });
});

describe('six tries are six requests', () => {
  const busy = { times: always, answer: { status: 503 } };
  test.each([{}, { chunkBytes: 300 }])('to begin an upload (%o)', async (options) => {
    await begin({ rules: [{ method: 'POST', ...busy }] });
    await expect(send(options)).rejects.toMatchObject({ fault: { code: 'registry.refused' } });
    expect(server.seen).toHaveLength(6);
  });

  test('to ask where it stands', async () => {
    await begin({
      rules: [
        { method: 'PATCH', ...busy },
        { method: 'GET', ...busy },
      ],
    });
    await expect(send({ chunkBytes: 300, onSession: () => {} })).rejects.toMatchObject({
      fault: { code: 'registry.refused' },
    });
    expect(methods()).toBe('POST PATCH GET GET GET GET GET');
  });
});

describe('what nobody goes on with is not left at the registry', () => {
  test.each([{}, { chunkBytes: 300 }])('when it was stopped (%o)', async (options) => {
    await begin();
    const stop = new AbortController();
    /** One byte, and no more. */
    async function* slowly() {
      yield bytes.subarray(0, 1);
      setImmediate(() => stop.abort(new Error('stopped')));
      await new Promise(() => {});
    }
    const open = async () => Readable.from(slowly(), { objectMode: false });
    const sending = registry.upload('a/b', descriptor, open, { ...options, signal: stop.signal });
    // Of a chunk that never arrives it may be the stall that is told.
    await expect(sending).rejects.toThrow();
    expect([methods().split(' ').at(-1), server.content.uploads.size]).toEqual(['DELETE', 0]);
  });

  test('but kept where it is written down', async () => {
    await begin({ rules: [{ method: 'PATCH', skip: 1, times: always, answer: { status: 403 } }] });
    await expect(send({ chunkBytes: 300, onSession: () => {} })).rejects.toMatchObject({
      fault: { code: 'registry.forbidden' },
    });
    expect([...server.content.uploads.values()].map(({ length }) => length)).toEqual([300]);
  });
});
