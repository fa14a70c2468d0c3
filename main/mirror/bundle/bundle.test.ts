import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectBundle } from './inspect.ts';
import { publicKeyOf } from './public-key.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();

test('carries images over, byte for byte, with blobs split across segments', async () => {
  const { from, to, key, disk } = desk();
  const shared = noise('base', 700_000);
  await putImage(from, 'quay.io/a/one:1', [shared, noise('one', 3 * mib + 5)]);
  await putImage(from, 'quay.io/a/two:1', [shared, noise('two', 100)]);
  const made = await desk().out();
  expect(made.toc.segments.map(({ name }) => name)).toEqual([1, 2, 3, 4].map((n) => `seg-0000${n}.bin`));
  const others = ['sha256.txt', 'toc.json', 'toc.sig'];
  expect(readdirSync(made.paths[0]!).sort()).toEqual([...made.toc.segments.map(({ name }) => name), ...others]);
  const summary = await inspectBundle([disk], { check: true, trusted: [key.trusted] });
  expect(summary).toMatchObject({ id: made.toc.id, images: 2, blobs: 7, signature: 'trusted', key: key.id });
  expect(summary.sentence).toBe(
    '2 images in 4 segments; signed by a trusted key; for any site; every segment checked.',
  );
  const done = await desk().in();
  expect(done).toMatchObject({ state: 'done', images: ['quay.io/a/one:1', 'quay.io/a/two:1'], blobsWritten: 7 });
  expect(await contentOf(to)).toEqual(await contentOf(from));
  expect(to.roots()).toEqual(from.roots());
});

test('is the same bundle when the same run writes the same content', async () => {
  await putImage(desk().from, 'quay.io/a/one:1', [noise('one', 1000)]);
  const first = await desk().out();
  const toc = readFileSync(join(first.paths[0]!, 'toc.json'));
  const second = await desk().out();
  expect(second.bytesWritten).toBe(0);
  expect(readFileSync(join(second.paths[0]!, 'toc.json'))).toEqual(toc);
});

test('can be checked by coreutils and openssl alone', async () => {
  await putImage(desk().from, 'quay.io/a/one:1', [noise('one', 2 * mib)]);
  const [path = ''] = (await desk().out()).paths;
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'sha256.txt'], { cwd: path });
  const { signature, publicKey } = JSON.parse(readFileSync(join(path, 'toc.sig'), 'utf8')) as Record<string, string>;
  writeFileSync(join(path, 'sig'), Buffer.from(signature!, 'base64'));
  writeFileSync(join(path, 'pem'), publicKeyOf(publicKey!).export({ format: 'pem', type: 'spki' }));
  const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'pem', '-rawin', '-in', 'toc.json', '-sigfile', 'sig'];
  expect(execFileSync('openssl', verify, { cwd: path, encoding: 'utf8' })).toContain('Verified Successfully');
});

test('an image that is not whole in the store is a gap; the others are delivered', async () => {
  const { from, to } = desk();
  await putImage(from, 'quay.io/a/good:1', [noise('good', 5000)]);
  const { descriptor } = await putImage(from, 'quay.io/a/torn:1', [noise('torn', 5000)]);
  const manifest = JSON.parse((await from.bytes(descriptor.digest)).toString()) as { layers: object[] };
  manifest.layers.push({ ...manifest.layers[0], digest: `sha256:${'0'.repeat(64)}` });
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = await from.put(bytes);
  await from.setRoot({
    name: 'quay.io/a/torn:1',
    descriptor: { ...descriptor, digest, size: bytes.length },
    annotations: {},
  });
  const { gaps } = await desk().out();
  expect(gaps).toMatchObject([{ name: 'quay.io/a/torn:1', fault: { code: 'store.incomplete' } }]);
  expect((await desk().in()).images).toEqual(['quay.io/a/good:1']);
  expect(to.roots().map(({ name }) => name)).toEqual(['quay.io/a/good:1']);
});

test('refuses to be made of nothing, and in a folder that is not there', async () => {
  expect(await faultOf(desk().out())).toMatchObject({ code: 'bundle.empty' });
  await putImage(desk().from, 'quay.io/a/one:1', [noise('one', 10)]);
  expect(await faultOf(desk().out({ folders: [join(desk().dir, 'nowhere')] }))).toMatchObject({
    code: 'bundle.noFolder',
  });
  expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.notFound' });
});
