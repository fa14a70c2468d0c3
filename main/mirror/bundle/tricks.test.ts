import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { signatureOf } from './signature.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { noise, putImage } from './testing/sample-store.ts';
import { type Toc, tocId } from './toc.ts';

const desk = useDesk();

async function bundle(): Promise<string> {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 1.5 * mib), noise('b', 100)]);
  return (await desk().out()).paths[0]!;
}

/** Changes the table of contents and signs it anew with the trusted key: what a trusted but broken or evil sender could write. */
function forge(path: string, change: (toc: Toc) => unknown, keepId = false): void {
  const toc = JSON.parse(readFileSync(join(path, 'toc.json'), 'utf8')) as Toc;
  change(toc);
  if (!keepId) toc.id = tocId(toc);
  const bytes = Buffer.from(canonicalJson(toc));
  writeFileSync(join(path, 'toc.json'), bytes);
  writeFileSync(join(path, 'toc.sig'), signatureOf(bytes, desk().key));
}

const forgeries: Record<string, (toc: Toc) => unknown> = {
  'a path upwards as segment': (toc) => Object.assign(toc.segments[0]!, { name: '../../etc/passwd' }),
  'an absolute path': (toc) => Object.assign(toc.segments[0]!, { name: '/etc/passwd' }),
  'a drive letter': (toc) => Object.assign(toc.segments[0]!, { name: 'c:\\seg-00001.bin' }),
  'a backslash': (toc) => Object.assign(toc.segments[0]!, { name: '..\\seg-00001.bin' }),
  'the same segment twice': (toc) => Object.assign(toc.segments[1]!, { name: 'seg-00001.bin' }),
  'a digest with a path in it': (toc) => Object.assign(toc.blobs[0]!, { digest: `sha256:../../../${'0'.repeat(55)}` }),
  'an unknown algorithm': (toc) => Object.assign(toc.blobs[0]!, { digest: `md5:${'0'.repeat(32)}` }),
  'the same blob twice': (toc) => toc.blobs.push(toc.blobs[0]!),
  'pieces that overlap': (toc) => Object.assign(toc.blobs[1]!, { pieces: toc.blobs[0]!.pieces }),
  'a piece outside its segment': (toc) => Object.assign(toc.blobs[0]!, { pieces: [[0, mib, toc.blobs[0]!.size]] }),
  'a size that is no size': (toc) => Object.assign(toc.blobs[0]!, { size: -1 }),
  'a size beyond counting': (toc) => Object.assign(toc.blobs[0]!, { size: 2 ** 53 - 1 }),
  'segments of no bytes': (toc) => Object.assign(toc, { segmentBytes: 0 }),
  'an image that needs blobs that are not listed': (toc) => toc.roots[0]!.needs.push(99),
  'an image that does not need itself': (toc) => Object.assign(toc.roots[0]!, { needs: [] }),
  'the same image twice': (toc) => toc.roots.push(toc.roots[0]!),
  'a name with a line feed': (toc) => Object.assign(toc.roots[0]!, { name: 'quay.io/a\n:1' }),
  'a field nobody knows': (toc) => Object.assign(toc, { extra: 1 }),
  'a later format': (toc) => Object.assign(toc, { schema: 'bastion.kmm/bundle/v2' }),
};

test('a table of contents that contradicts itself or leads elsewhere is refused, signed or not', async () => {
  const path = await bundle();
  const [toc, sig] = [readFileSync(join(path, 'toc.json')), readFileSync(join(path, 'toc.sig'))];
  for (const [name, change] of Object.entries(forgeries)) {
    forge(path, change);
    expect([name, (await faultOf(desk().in())).code]).toEqual([name, 'bundle.damaged']);
    writeFileSync(join(path, 'toc.json'), toc);
    writeFileSync(join(path, 'toc.sig'), sig);
  }
  forge(path, (each) => Object.assign(each, { madeBy: 'someone else' }), true);
  expect((await faultOf(desk().in())).message).toContain('its id is not the hash of its content');
  expect(desk().to.digests()).toEqual([]);
});

test('blobs that are not what their digests say do not come in, however well signed', async () => {
  const path = await bundle();
  forge(path, (toc) => {
    const blob = toc.blobs.find(({ size }) => size === 100)!;
    blob.digest = `sha256:${'ab'.repeat(32)}`;
  });
  expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.damaged' });
  expect(desk().to.roots()).toEqual([]);
});

test('links, pipes and folders in place of files are passed over: nothing outside is read', async () => {
  const path = await bundle();
  const segment = join(path, 'seg-00001.bin');
  const secret = join(desk().dir, 'secret');
  renameSync(segment, secret);
  const tricks = [
    () => symlinkSync(secret, segment),
    () => execFileSync('mkfifo', [segment]),
    () => mkdirSync(segment),
    () => execFileSync('mknod', [segment, 'c', '1', '5']),
  ];
  for (const trick of tricks.slice(0, process.getuid?.() === 0 ? 4 : 3)) {
    trick();
    expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.missing' });
    rmSync(segment, { recursive: true });
  }
  renameSync(secret, segment);
  renameSync(path, `${desk().dir}/elsewhere`);
  symlinkSync(`${desk().dir}/elsewhere`, path);
  expect(await faultOf(desk().in())).toMatchObject({ code: 'bundle.notFound' });
});

test('an export does not write through a link that lies in its way', async () => {
  const path = await bundle();
  const victim = join(desk().dir, 'victim');
  writeFileSync(victim, 'precious');
  for (const name of ['seg-00001.part', 'toc.part.new', 'toc.json.new']) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
    symlinkSync(victim, join(path, name));
    expect(await faultOf(desk().out())).toMatchObject({ code: 'bundle.obstructed' });
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(existsSync(join(path, 'toc.json'))).toBe(false);
  }
});
