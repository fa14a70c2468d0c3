import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { callerOf, imageOf, imageType } from './bed.fixture.ts';
import { digestOf } from './digest.ts';
import { serveRegistry } from './http/serve.ts';
import { openLinks } from './links.ts';
import { openStorage } from './storage.ts';

const disk = mkdtempSync(join(tmpdir(), 'registry-full-'));
const why = mount();
afterAll(() => rmSync(disk, { recursive: true, force: true }));

/** A disk of 4 MiB; says why there is none. */
function mount(): string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
    return '';
  } catch {
    return ' (skipped: mounting a tmpfs needs root on Linux)';
  }
}

describe.skipIf(why !== '')(`a disk of 4 MiB${why}`, () => {
  afterAll(() => execFileSync('umount', [disk]));

  test('what does not fit is 507 and leaves nothing behind; what fits then goes through', async () => {
    const folder = join(disk, 'registry');
    mkdirSync(folder);
    const storage = await openStorage(folder);
    const front = await serveRegistry(storage, storage);
    const call = callerOf(() => front.port);
    const push = async (bytes: Buffer) => {
      const { headers } = await call('POST', '/v2/a/blobs/uploads/');
      return call('PUT', `${headers['location']}?digest=${digestOf(bytes)}`, { body: bytes });
    };
    const large = await push(randomBytes(8 * 1_048_576));
    expect([large.status, JSON.stringify(large.json)]).toEqual([507, expect.stringContaining('no space left')]);
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
    const small = randomBytes(2 * 1_048_576);
    expect((await push(small)).status).toBe(201);
    const { body } = await call('GET', `/v2/a/blobs/${digestOf(small)}`);
    expect(body.equals(small)).toBe(true);
    await front.close();
    rmSync(folder, { recursive: true });
  });

  test('a tag that the disk refused is not there, and one that could not be taken away is', async () => {
    const folder = join(disk, 'roots');
    mkdirSync(folder);
    const open = async () => {
      const storage = await openStorage(folder);
      return serveRegistry(storage, storage, { sparse: 'all' });
    };
    let front = await open();
    const call = callerOf(() => front.port);
    const { bytes, digest } = imageOf({ mediaType: 'x/y', digest: digestOf('config'), size: 6 }, []);
    const put = (tag: string) =>
      call('PUT', `/v2/a/manifests/${tag}`, { body: bytes, headers: { 'content-type': imageType } });
    // An index that is longer than what will be free.
    for (let at = 0; at < 10; at += 1) {
      const tags = Array.from({ length: 100 }, (_, each) => `tag=${at}-${each}`).join('&');
      await call('PUT', `/v2/a/manifests/${digest}?${tags}`, { body: bytes, headers: { 'content-type': imageType } });
    }
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(8 * 1_048_576))).toThrow('ENOSPC');
    truncateSync(filler, statSync(filler).size - 100_000);
    const refused = await Promise.all([put('new'), put('newer'), call('DELETE', '/v2/a/manifests/0-0')]);
    expect(refused.map(({ status }) => status)).toEqual([507, 507, 507]);
    const looked = async () =>
      (await Promise.all(['new', 'newer', '0-0'].map((tag) => call('HEAD', `/v2/a/manifests/${tag}`)))).map(
        ({ status }) => status,
      );
    expect(await looked()).toEqual([404, 404, 200]);
    await front.close();
    rmSync(filler);
    front = await open();
    expect(await looked()).toEqual([404, 404, 200]);
    expect((await put('new')).status).toBe(201);
    await front.close();
    rmSync(folder, { recursive: true });
  });

  test('a link that the disk refused is not there, and is there for good once it was taken', async () => {
    const folder = join(disk, 'links');
    mkdirSync(folder);
    const links = await openLinks(folder);
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(8 * 1_048_576))).toThrow('ENOSPC');
    let refused: `sha256:${string}` | undefined;
    for (let at = 0; !refused && at < 1000; at += 1) {
      const digest = digestOf(String(at)) as `sha256:${string}`;
      await links.add('a', digest).catch(() => {
        refused = digest;
      });
    }
    expect(links.has('a', refused!)).toBe(false);
    rmSync(filler);
    await links.add('a', refused!);
    await links.add('b', digestOf('behind it'));
    await links.close();
    const again = await openLinks(folder);
    expect([again.has('a', refused!), again.has('b', digestOf('behind it'))]).toEqual([true, true]);
    await again.close();
  });
});

test('a client that sends much hears the refusal of a manifest without a length', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'registry-refuse-'));
  const storage = await openStorage(folder);
  const front = await serveRegistry(storage, storage, { manifestBytes: 100_000 });
  const call = callerOf(() => front.port);
  const headers = { 'transfer-encoding': 'chunked' };
  const answer = await call('PUT', '/v2/a/manifests/1', { body: Buffer.alloc(3_000_000, 32), headers });
  expect(answer.status).toBe(413);
  await front.close();
  rmSync(folder, { recursive: true, force: true });
});
