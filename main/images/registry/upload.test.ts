import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../digest.ts';
import { type FaultyOptions, type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { blobOf, opener } from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { createRegistry } from './registry.ts';

const { descriptor, bytes } = blobOf(randomBytes(1_000_000));
const clock = { now: () => Date.now(), sleep: async () => {} };
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

/** Sends the blob; gives what was counted (sent, and kept of an earlier run), which offsets were opened, and what arrived. */
async function send(options: Parameters<Registry['upload']>[3] = {}) {
  let counted = 0;
  const kept: number[] = [];
  const opened: number[] = [];
  const open = (offset: number) => {
    opened.push(offset);
    return opener(bytes)(offset);
  };
  await registry.upload('a/b', descriptor, open, {
    ...options,
    onBytes: (n) => {
      counted += n;
    },
    onKept: (n) => void kept.push(n),
  });
  return {
    counted,
    kept,
    opened,
    arrived: server.content.blobs.get(`a/b ${descriptor.digest}`)?.equals(bytes) ?? false,
  };
}
const whole = { counted: 1_000_000, arrived: true };
const methods = () => server.seen.map(({ method }) => method).join(' ');

describe('in one piece', () => {
  it.each(['relative', 'absolute', 'query'] as const)('goes to a Location that is %s', async (location) => {
    await begin({ location });
    expect(await send()).toMatchObject({ ...whole, opened: [0] });
    expect(methods()).toBe('POST PUT');
    if (location === 'query') expect(server.seen.at(-1)?.path).toMatch(/\?_state=a%2Bb%3D&x=1\+2&digest=sha256%3A/);
  });

  it.each([0, 1, 500_000, 999_999])('begins anew when the line is cut at byte %i', async (cutRequestAt) => {
    await begin({ rules: [{ method: 'PUT', cutRequestAt }] });
    expect(await send()).toMatchObject({ ...whole, opened: [0, 0] });
    expect(methods()).toBe('POST PUT DELETE POST PUT');
  });

  it('begins anew when the registry stops reading, and when it lost the upload', async () => {
    await begin({
      rules: [
        { method: 'PUT', stallRequestAt: 100_000 },
        {
          method: 'PUT',
          answer: ({ url }) => void server.content.uploads.delete(url.pathname.split('/').at(-1) ?? ''),
        },
      ],
    });
    expect(await send()).toMatchObject(whole);
    expect(methods()).toBe('POST PUT DELETE POST PUT POST PUT');
  });

  it('ends when the source stops in the middle, and gives the registry time to hash what it got', async () => {
    await begin();
    const stuck = async () => {
      const stream = new Readable({ read: () => {} });
      stream.push(bytes.subarray(0, 1_000));
      return stream;
    };
    await expect(registry.upload('a/b', descriptor, stuck)).rejects.toMatchObject({
      fault: { code: 'registry.stalled' },
    });
    const big = { ...blobOf(Buffer.alloc(8_000_000)) };
    // 8 MB may take 0.8 s longer than a stall of 0.4 s.
    server.add({ method: 'PUT', delayMs: 700 });
    await registry.upload('a/b', big.descriptor, opener(big.bytes));
    expect(methods()).toMatch(/POST PUT$/);
    expect(server.content.blobs.has(`a/b ${big.descriptor.digest}`)).toBe(true);
  });

  it('takes one wrong digest for a bad line, a second for a bad source', async () => {
    const wrong = { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' };
    await begin({ rules: [{ method: 'PUT', answer: wrong }] });
    expect(await send()).toMatchObject(whole);
    server.add({ method: 'PUT', answer: wrong, times: 2 });
    await expect(send()).rejects.toMatchObject({ fault: { code: 'registry.digestMismatch' } });
  });

  it('does not believe an answer that names another digest', async () => {
    await begin({
      rules: [{ method: 'PUT', answer: { status: 201, headers: { 'docker-content-digest': digestOf('else') } } }],
    });
    await expect(send()).rejects.toMatchObject({ fault: { code: 'registry.digestMismatch' } });
  });

  it.each([0, 400_000])("hands on the source's own fault as it is, after %i bytes", async (after) => {
    await begin();
    const gone = new Error('the disk was pulled out');
    const open = async () =>
      Readable.from(
        (async function* () {
          if (after > 0) yield bytes.subarray(0, after);
          throw gone;
        })(),
        { objectMode: false },
      );
    await expect(registry.upload('a/b', descriptor, open)).rejects.toBe(gone);
    await expect(registry.upload('a/b', descriptor, open, { chunkBytes: 300_000 })).rejects.toBe(gone);
  });

  it.each([999_999, 1_000_001])('sees that the source holds %i bytes instead of a million', async (length) => {
    await begin();
    const wrong = opener(Buffer.alloc(length));
    await expect(registry.upload('a/b', descriptor, wrong)).rejects.toMatchObject({
      fault: { code: 'registry.digestMismatch' },
    });
  });

  it('follows no redirect with a body', async () => {
    await begin({
      rules: [{ method: 'POST', answer: { status: 307, headers: { location: 'http://127.0.0.1:9/x' } } }],
    });
    await expect(send()).rejects.toMatchObject({
      fault: { code: 'registry.refused', message: expect.stringContaining('307') },
    });
    expect(server.seen).toHaveLength(1);
  });

  it('learns with an empty blob that a registry has no sha512', async () => {
    await begin();
    const big = { mediaType: 'a/b', digest: digestOf(bytes, 'sha512'), size: bytes.length };
    await expect(registry.upload('a/b', big, opener(bytes))).rejects.toMatchObject({
      fault: { code: 'registry.refused', message: expect.stringContaining('sha512') },
    });
    expect(Math.max(...server.seen.map((one) => one.bytes))).toBe(0);
  });
});

describe('in chunks', () => {
  beforeEach(() => begin());

  it('takes the newest Location each time and cuts one stream', async () => {
    const sessions: number[] = [];
    expect(await send({ chunkBytes: 300_000, onSession: ({ offset }) => sessions.push(offset) })).toMatchObject({
      ...whole,
      opened: [0],
    });
    expect(methods()).toBe('POST PATCH PATCH PATCH PATCH PUT');
    expect(server.seen.map(({ headers }) => headers['content-range']).filter(Boolean)).toEqual([
      '0-299999',
      '300000-599999',
      '600000-899999',
      '900000-999999',
    ]);
    expect(sessions).toEqual([0, 300_000, 600_000, 900_000, 1_000_000]);
  });

  it('obeys OCI-Chunk-Min-Length', async () => {
    await registry.close();
    await server.stop();
    await begin({ chunkMinimum: 700_000 });
    expect(await send({ chunkBytes: 300_000 })).toMatchObject(whole);
    expect(methods()).toBe('POST PATCH PATCH PUT');
  });

  it.each([0, 150_000, 299_999])(
    'goes on at the last chunk when the line is cut at byte %i of the next',
    async (cutRequestAt) => {
      server.add({ method: 'PATCH', skip: 1, cutRequestAt });
      expect(await send({ chunkBytes: 300_000 })).toMatchObject({ ...whole, opened: [0, 300_000] });
      expect(methods()).toBe('POST PATCH PATCH GET PATCH PATCH PATCH PUT');
    },
  );

  it('begins anew when a cut killed the session, as docker-registry does', async () => {
    server.add({ method: 'PATCH', skip: 1, cutRequestAt: 10_000 });
    server.add({
      method: 'GET',
      path: /uploads/,
      answer: { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_INVALID"}]}' },
    });
    expect(await send({ chunkBytes: 300_000 })).toMatchObject({ ...whole, opened: [0, 0] });
  });

  it('asks after the stall of a chunk', async () => {
    server.add({ method: 'PATCH', skip: 2, stallRequestAt: 50_000 });
    expect(await send({ chunkBytes: 300_000 })).toMatchObject({ ...whole, opened: [0, 600_000] });
  });

  it('goes on where the registry says, not where we remember', async () => {
    const sessions: { location: string; offset: number }[] = [];
    server.add({ method: 'PATCH', skip: 2, answer: { status: 403 } });
    await expect(send({ chunkBytes: 300_000, onSession: (at) => void sessions.push(at) })).rejects.toMatchObject({
      fault: { code: 'registry.forbidden' },
    });
    const { opened, arrived } = await send({ chunkBytes: 300_000, session: { ...sessions.at(-1)!, offset: 900_000 } });
    expect({ opened, arrived }).toEqual({ opened: [600_000], arrived: true });
  });

  it('sends in one piece where no chunks are taken', async () => {
    server.add({ method: 'PATCH', answer: { status: 405, body: '{"errors":[{"code":"UNSUPPORTED"}]}' } });
    expect(await send({ chunkBytes: 300_000 })).toMatchObject(whole);
    expect(methods()).toBe('POST PATCH DELETE POST PUT');
  });

  /** Stops when so many bytes went out; gives what is known of the session then, and how long it took. */
  async function stopped(at: number, slow: (offset: number) => Promise<Readable>) {
    const controller = new AbortController();
    const sessions: number[] = [];
    let [sent, since] = [0, 0];
    const work = registry.upload('a/b', descriptor, slow, {
      ...{ chunkBytes: 300_000, signal: controller.signal },
      onSession: ({ offset }) => sessions.push(offset),
      onBytes(n) {
        sent += n;
        if (sent < at || controller.signal.aborted) return;
        since = performance.now();
        controller.abort(new Error('stopped'));
      },
    });
    await expect(work).rejects.toThrow('stopped');
    return { sessions, took: performance.now() - since };
  }
  const drops =
    (pauseAt = Number.POSITIVE_INFINITY) =>
    async (offset: number): Promise<Readable> =>
      Readable.from(
        (async function* () {
          for (let at = offset; at < bytes.length; at += 20_000) {
            await new Promise((resolve) => setTimeout(resolve, at >= pauseAt ? 60_000 : 20).unref());
            yield bytes.subarray(at, at + 20_000);
          }
        })(),
        { objectMode: false },
      );

  it('stopped inside a chunk, lets it arrive, so that the session stands; and begins no other', async () => {
    const { sessions } = await stopped(400_000, drops());
    expect(sessions).toEqual([0, 300_000, 600_000]);
    expect(methods()).toBe('POST PATCH PATCH');
  });

  it('stopped inside a chunk that does not move, waits a second only', async () => {
    await registry.close();
    registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: () => 0.5 });
    const { sessions, took } = await stopped(400_000, drops(440_000));
    expect(sessions).toEqual([0, 300_000]);
    expect(took).toBeLessThan(4_000);
  });

  it('does not wait for ever for a line that always breaks', async () => {
    server.add({ method: 'PATCH', cutRequestAt: 0, times: 99 });
    await expect(send({ chunkBytes: 300_000 })).rejects.toMatchObject({ fault: { code: 'registry.unreachable' } });
    expect(server.seen.filter(({ method }) => method === 'PATCH')).toHaveLength(6);
  });

  it('survives many cuts as long as it gets further', async () => {
    // Each rule counts the requests that the ones before it let pass: every second one is cut.
    for (let n = 0; n < 9; n += 1) server.add({ method: 'PATCH', skip: n + 1, cutRequestAt: 1 });
    expect(await send({ chunkBytes: 50_000 })).toMatchObject(whole);
    expect(server.seen.filter(({ status }) => status === 0)).toHaveLength(9);
  });
});

describe('an upload that an earlier run left', () => {
  const chunkBytes = 300_000;
  let session: { location: string; offset: number };
  beforeEach(async () => {
    await begin({ location: 'query' });
    server.add({ method: 'PATCH', skip: 2, answer: { status: 403 } });
    const onSession = (at: typeof session) => {
      session = at;
    };
    await expect(send({ chunkBytes, onSession })).rejects.toThrow();
    expect(session.offset).toBe(600_000);
    server.heal();
  });

  it('goes on there; what it got across is told apart from what is sent', async () => {
    expect(await send({ chunkBytes, session })).toMatchObject({
      ...{ counted: 400_000, kept: [600_000], opened: [600_000], arrived: true },
    });
  });

  it.each([
    [404, 'BLOB_UPLOAD_UNKNOWN'],
    [404, 'BLOB_UPLOAD_INVALID'],
    [416, 'BLOB_UPLOAD_INVALID'],
    [400, 'UNKNOWN'],
    [401, 'UNAUTHORIZED'],
    [403, 'DENIED'],
    [410, 'GONE'],
    [500, 'UNKNOWN'],
  ])('begins anew when its state is answered with %i %s', async (status, code) => {
    server.add({
      ...{ method: 'GET', path: /uploads/, times: Number.POSITIVE_INFINITY },
      answer: { status, body: JSON.stringify({ errors: [{ code, message: 'no' }] }) },
    });
    expect(await send({ chunkBytes, session })).toMatchObject({ ...whole, kept: [], opened: [0] });
  });

  it.each(['http://127.0.0.1:9/gone', 'ftp://r.example/u', 'nonsense'])('begins anew when it was %s', async (at) => {
    expect(await send({ chunkBytes, session: { ...session, location: at } })).toMatchObject({ ...whole, kept: [] });
  });

  it('takes back what it told when the upload is lost after all', async () => {
    server.add({
      method: 'PATCH',
      answer: ({ url }) => void server.content.uploads.delete(url.pathname.split('/').at(-1)!),
    });
    expect(await send({ chunkBytes, session })).toMatchObject({
      ...whole,
      kept: [600_000, -600_000],
      opened: [600_000, 0],
    });
  });

  it('is sent anew when the registry holds other bytes of it than ours', async () => {
    const [id = ''] = server.content.uploads.keys();
    server.content.uploads.set(id, randomBytes(600_000));
    expect(await send({ chunkBytes, session })).toMatchObject({ ...whole, kept: [600_000, -600_000] });
  });

  it('ends when it is told to while it asks', async () => {
    const controller = new AbortController();
    server.add({ method: 'GET', path: /uploads/, delayMs: 300 });
    setTimeout(() => controller.abort(new Error('stopped')), 50);
    await expect(send({ chunkBytes, session, signal: controller.signal })).rejects.toThrow('stopped');
    expect(methods()).not.toMatch(/POST.*POST/);
  });
});
