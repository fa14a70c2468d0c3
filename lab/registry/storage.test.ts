import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { imageOf, imageType, registryBed } from './bed.fixture.ts';
import { digestOf } from './digest.ts';
import { openStorage } from './storage.ts';
import type { Storage } from './types.ts';
import { openUploads } from './uploads.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-storage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* of(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
const push = async (storage: Storage, repository: string, bytes: Buffer) =>
  storage.finish(await storage.append(await storage.begin(repository), of(bytes)), digestOf(bytes));
/** Some moment of the few that writing takes. */
const moment = (at: number) => new Promise((resolve) => setTimeout(resolve, (at % 12) / 2));

test('what one repository takes away while another gets it stays for the other', { timeout: 60_000 }, async () => {
  const storage = await openStorage(join(folder, 'races'));
  const lost: string[] = [];
  for (let at = 0; at < 150; at += 1) {
    const bytes = Buffer.from(`blob ${at}`);
    const digest = digestOf(bytes);
    await push(storage, 'a', bytes);
    await Promise.all([push(storage, 'b', bytes), moment(at).then(() => storage.removeBlob('a', digest))]);
    if ((await storage.blob('b', digest)) === undefined) lost.push(`blob ${at}`);
    const image = imageOf({ mediaType: 'x/y', digest, size: bytes.length }, []);
    const manifest = { mediaType: imageType, digest: image.digest, size: image.bytes.length };
    const put = (repository: string) => storage.putManifest(repository, manifest, image.bytes, ['1']);
    await put('a');
    await Promise.all([storage.removeManifest('a', image.digest), moment(at).then(() => put('b'))]);
    if (!existsSync(storage.path(image.digest))) lost.push(`manifest ${at}`);
  }
  await storage.close();
  expect(lost).toEqual([]);
});

test('of two that change one tag under the same condition one is refused', async () => {
  const bed = await registryBed({ sparse: 'all' });
  const config = { mediaType: 'x/y', digest: digestOf('config'), size: 6 };
  const put = (text: string, headers: Record<string, string> = {}) => {
    const { bytes: body } = imageOf(config, [], { annotations: { text } });
    return bed.call('PUT', '/v2/a/manifests/list', { body, headers: { 'content-type': imageType, ...headers } });
  };
  const race = async (condition: Record<string, string>) =>
    (await Promise.all([put('one', condition), put('two', condition)])).map(({ status }) => status).sort();
  expect(await race({ 'if-none-match': '*' })).toEqual([201, 412]);
  const first = await put('first');
  expect(await race({ 'if-match': `"${first.headers['docker-content-digest']}"` })).toEqual([201, 412]);
  await bed.close();
});

test('an upload that began long ago and goes on is not swept, one that nobody touched is', async () => {
  const root = join(folder, 'sweep');
  await openStorage(root).then((storage) => storage.close());
  const uploads = await openUploads(root);
  const [live, dead] = [await uploads.begin('a'), await uploads.begin('a')];
  const longAgo = (Date.now() - 8 * 86_400_000) / 1000;
  for (const name of readdirSync(join(root, 'uploads'))) utimesSync(join(root, 'uploads', name), longAgo, longAgo);
  await uploads.append(live, of(Buffer.from('more')));
  const again = await openUploads(root);
  expect([(await again.find('a', live.id))?.offset, await again.find('a', dead.id)]).toEqual([4, undefined]);
  expect(readdirSync(join(root, 'uploads')).sort()).toEqual([live.id, `${live.id}.repository`]);
});
