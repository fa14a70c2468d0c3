import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageOf, imageType, indexType, registryBed } from './bed.fixture.ts';
import { blobPath, digestOf } from './digest.ts';

let bed: Awaited<ReturnType<typeof registryBed>>;
beforeEach(async () => {
  bed = await registryBed({ page: 3 });
});
afterEach(() => bed.close());

const codes = (json: unknown) => (json as { errors: { code: string }[] }).errors.map(({ code }) => code);
const put = (path: string, bytes: Buffer | string, type = imageType, headers: Record<string, string> = {}) =>
  bed.call('PUT', path, { body: bytes, headers: { 'content-type': type, ...headers } });

describe('uploads', () => {
  test('chunks go on after a restart; one in the wrong place is 416 with the right one named', async () => {
    const bytes = randomBytes(3000);
    const started = await bed.call('POST', '/v2/a/b/blobs/uploads/');
    const location = String(started.headers['location']);
    const chunk = (from: number, to: number) =>
      bed.call('PATCH', location, {
        body: bytes.subarray(from, to),
        headers: { 'content-range': `${from}-${to - 1}`, 'content-length': String(to - from) },
      });
    expect(await chunk(0, 1000)).toMatchObject({ status: 202, headers: { range: '0-999' } });
    expect(await chunk(2000, 3000)).toMatchObject({ status: 416, headers: { range: '0-999', location } });
    await bed.restart();
    expect(await bed.call('GET', location)).toMatchObject({ status: 204, headers: { range: '0-999' } });
    expect(await chunk(1000, 2000)).toMatchObject({ status: 202 });
    const digest = digestOf(bytes);
    const done = await bed.call('PUT', `${location}?digest=${digest}`, { body: bytes.subarray(2000) });
    expect(done).toMatchObject({ status: 201, headers: { 'docker-content-digest': digest } });
    expect(readFileSync(blobPath(bed.folder, digest)).equals(bytes)).toBe(true);
    expect((await bed.call('GET', location)).status).toBe(404);
  });

  test('what arrived before a cut connection stays, and the upload goes on from there', async () => {
    const bytes = randomBytes(200_000);
    const location = String((await bed.call('POST', '/v2/a/blobs/uploads/')).headers['location']);
    const socket = connect(bed.port(), '127.0.0.1');
    socket.write(`PATCH ${location} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes.subarray(0, 70_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    const status = await bed.call('GET', location);
    const offset = Number(String(status.headers['range']).split('-')[1]) + 1;
    expect(offset).toBe(70_000);
    const rest = { body: bytes.subarray(offset), headers: { 'content-range': `${offset}-${bytes.length - 1}` } };
    expect((await bed.call('PATCH', location, rest)).status).toBe(202);
    expect((await bed.call('PUT', `${location}?digest=${digestOf(bytes)}`)).status).toBe(201);
  });

  test('a client that asks while its dead request still hangs is answered, and the dead one is ended', async () => {
    const location = String((await bed.call('POST', '/v2/a/blobs/uploads/')).headers['location']);
    const socket = connect(bed.port(), '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(`PATCH ${location} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nfifteen letters`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await bed.call('GET', location)).toMatchObject({ status: 204, headers: { range: '0-14' } });
    await ended;
  });

  test('wrong bytes are refused, nothing is kept', async () => {
    const location = String((await bed.call('POST', '/v2/a/blobs/uploads/')).headers['location']);
    const wrong = await bed.call('PUT', `${location}?digest=${digestOf('good')}`, { body: 'evil' });
    expect([wrong.status, codes(wrong.json)]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await bed.call('GET', location)).status).toBe(404);
    expect((await bed.call('HEAD', `/v2/a/blobs/${digestOf('good')}`)).status).toBe(404);
    expect(existsSync(blobPath(bed.folder, digestOf('evil')))).toBe(false);
  });

  test('mount: from a repository that has it, else an upload begins', async () => {
    const { digest } = await bed.push('from/here', Buffer.from('shared layer'));
    const mounted = await bed.call('POST', `/v2/to/there/blobs/uploads/?mount=${digest}&from=from/here`);
    expect(mounted).toMatchObject({ status: 201, headers: { location: `/v2/to/there/blobs/${digest}` } });
    expect((await bed.call('POST', `/v2/x/blobs/uploads/?mount=${digest}&from=not/here`)).status).toBe(202);
    expect((await bed.call('HEAD', `/v2/to/there/blobs/${digest}`)).status).toBe(200);
    expect((await bed.call('HEAD', `/v2/elsewhere/blobs/${digest}`)).status).toBe(404);
  });
});

test('a blob in part: Range, If-Range, HEAD, conditions', async () => {
  const { digest } = await bed.push('a', Buffer.from('0123456789'));
  const path = `/v2/a/blobs/${digest}`;
  const get = (headers: Record<string, string>) => bed.call('GET', path, { headers });
  const tail = await get({ range: 'bytes=7-', 'if-range': `"${digest}"` });
  expect([tail.status, tail.headers['content-range'], tail.body.toString()]).toEqual([206, 'bytes 7-9/10', '789']);
  expect((await get({ range: 'bytes=-2' })).body.toString()).toBe('89');
  expect((await get({ range: 'bytes=7-', 'if-range': '"other"' })).status).toBe(200);
  expect(await get({ range: 'bytes=10-' })).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
  expect((await get({ 'if-none-match': `"${digest}"` })).status).toBe(304);
  expect(await bed.call('HEAD', path)).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
});

describe('manifests', () => {
  test('what a manifest names must be there; a sparse index may name what is not', async () => {
    const config = await bed.push('a', Buffer.from('{}'));
    const lost = { ...config, digest: digestOf('lost') };
    const refused = await put('/v2/a/manifests/1', imageOf(config, [lost]).bytes);
    expect([refused.status, codes(refused.json)]).toEqual([400, ['MANIFEST_BLOB_UNKNOWN']]);
    const { bytes, digest } = imageOf(config, []);
    expect((await put('/v2/a/manifests/1', bytes)).headers['docker-content-digest']).toBe(digest);
    const manifests = [{ mediaType: imageType, digest: lost.digest, size: 7 }];
    const sparse = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
    expect((await put('/v2/a/manifests/all', sparse, indexType)).status).toBe(201);
    const strict = await registryBed({ sparse: 'refuse' });
    const headers = { 'content-type': indexType };
    const other = await strict.call('PUT', '/v2/a/manifests/all', { body: sparse, headers });
    await strict.close();
    expect([other.status, codes(other.json)]).toEqual([400, ['MANIFEST_BLOB_UNKNOWN']]);
  });

  test.each([
    ['schema1', '{"schemaVersion":1}', imageType, 400, 'MANIFEST_INVALID'],
    ['no JSON', 'x', imageType, 400, 'MANIFEST_INVALID'],
    [
      'another type than it says',
      `{"schemaVersion":2,"mediaType":"${indexType}","manifests":[]}`,
      imageType,
      400,
      'MANIFEST_INVALID',
    ],
    ['too large', ' '.repeat(4 * 1_048_576 + 1), imageType, 413, 'SIZE_INVALID'],
  ])('refused: %s', async (_, bytes, type, status, code) => {
    const answer = await put('/v2/a/manifests/1', bytes, type);
    expect([answer.status, codes(answer.json)]).toEqual([status, [code]]);
  });

  test('a list of referrers is not overwritten unseen: If-Match and If-None-Match', async () => {
    const config = await bed.push('a', Buffer.from('{}'));
    const [one, two] = [imageOf(config, []), imageOf(config, [config])];
    expect((await put('/v2/a/manifests/t', one.bytes, imageType, { 'if-none-match': '*' })).status).toBe(201);
    expect((await put('/v2/a/manifests/t', two.bytes, imageType, { 'if-none-match': '*' })).status).toBe(412);
    expect((await put('/v2/a/manifests/t', two.bytes, imageType, { 'if-match': `"${one.digest}"` })).status).toBe(201);
    expect((await put('/v2/a/manifests/t', one.bytes, imageType, { 'if-match': `"${one.digest}"` })).status).toBe(412);
  });

  test('referrers: pages, a filter, and the layout keeps all after a restart', async () => {
    const config = await bed.push('a', Buffer.from('{}'));
    const { bytes, digest } = imageOf(config, []);
    const subject = { mediaType: imageType, digest, size: bytes.length };
    for (let number = 0; number < 5; number += 1) {
      const artifactType = number === 0 ? 'application/x.sbom' : 'application/x.signature';
      const artifact = imageOf(config, [], { subject, artifactType, annotations: { number: String(number) } });
      const answer = await put(`/v2/a/manifests/${artifact.digest}`, artifact.bytes);
      expect(answer).toMatchObject({ status: 201, headers: { 'oci-subject': digest } });
    }
    await put('/v2/a/manifests/main', bytes);
    await bed.restart();
    let path = `/v2/a/referrers/${digest}?artifactType=application/x.signature`;
    const found: string[] = [];
    for (let pages = 0; path; pages += 1) {
      expect(pages).toBeLessThan(3);
      const answer = await bed.call('GET', path);
      expect(answer.headers['oci-filters-applied']).toBe('artifactType');
      const { manifests } = answer.json as { manifests: { annotations: { number: string } }[] };
      found.push(...manifests.map(({ annotations }) => annotations.number));
      path = /<(.+)>/.exec(String(answer.headers['link'] ?? ''))?.[1] ?? '';
    }
    expect(found.sort()).toEqual(['1', '2', '3', '4']);
    const index = JSON.parse(readFileSync(join(bed.folder, 'index.json'), 'utf8')) as { manifests: object[] };
    expect(index.manifests).toHaveLength(6);
    expect((await bed.call('GET', '/v2/a/manifests/main')).body.equals(bytes)).toBe(true);
  });
});

test('lists come in pages, in order; a tag or manifest that is deleted is gone, and so are the bytes nobody has', async () => {
  const config = await bed.push('zoo', Buffer.from('{}'));
  const { bytes, digest } = imageOf(config, []);
  for (const tag of ['b', 'A', 'c', 'd']) await put(`/v2/zoo/manifests/${tag}`, bytes);
  const first = await bed.call('GET', '/v2/zoo/tags/list');
  expect(first.json).toEqual({ name: 'zoo', tags: ['A', 'b', 'c'] });
  expect(first.headers['link']).toBe('</v2/zoo/tags/list?n=3&last=c>; rel="next"');
  expect((await bed.call('GET', '/v2/zoo/tags/list?n=3&last=c')).json).toEqual({ name: 'zoo', tags: ['d'] });
  expect((await bed.call('GET', '/v2/_catalog')).json).toEqual({ repositories: ['zoo'] });
  expect((await bed.call('DELETE', '/v2/zoo/manifests/b')).status).toBe(202);
  expect((await bed.call('GET', '/v2/zoo/manifests/b')).status).toBe(404);
  expect((await bed.call('DELETE', `/v2/zoo/manifests/${digest}`)).status).toBe(202);
  expect((await bed.call('GET', '/v2/zoo/manifests/A')).status).toBe(404);
  expect(existsSync(blobPath(bed.folder, digest))).toBe(false);
  expect((await bed.call('DELETE', `/v2/zoo/blobs/${config.digest}`)).status).toBe(202);
  expect(existsSync(blobPath(bed.folder, config.digest))).toBe(false);
  expect(codes((await bed.call('GET', '/v2/zoo/tags/list')).json)).toEqual(['NAME_UNKNOWN']);
});

test('names that are none, paths that lead nowhere', async () => {
  expect(codes((await bed.call('GET', '/v2/UPPER/tags/list')).json)).toEqual(['NAME_INVALID']);
  expect(codes((await bed.call('GET', '/v2/a/blobs/sha256:12')).json)).toEqual(['DIGEST_INVALID']);
  expect((await bed.call('GET', '/v2/..%2f..%2fetc/passwd')).status).toBe(404);
  expect((await bed.call('POST', '/v2/a/tags/list')).status).toBe(405);
  expect((await bed.call('GET', '/v2/%zz/tags/list')).status).toBe(400);
});
