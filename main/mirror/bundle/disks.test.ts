import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectBundle } from './inspect.ts';
import { faultOf, mib, useDesk } from './testing/desk.ts';
import { contentOf, noise, putImage } from './testing/sample-store.ts';

const desk = useDesk();

/** A bundle of four segments, spread over three disks by hand as a person would copy it: 1+2, 3, 4. */
async function threeDisks(): Promise<{ disks: string[]; id: string }> {
  const { from, dir } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 1.5 * mib)]);
  await putImage(from, 'quay.io/x/b:1', [noise('b', 2 * mib)]);
  const { paths, toc } = await desk().out();
  expect(toc.segments).toHaveLength(4);
  const disks = ['d1', 'd2', 'd3'].map((name) => join(dir, name));
  for (const disk of disks) mkdirSync(disk);
  renameSync(paths[0]!, join(disks[0]!, readdirSync(desk().disk)[0]!));
  const first = join(disks[0]!, readdirSync(disks[0]!)[0]!);
  // The third disk gets bare segments in its root, the second a folder with its own table of contents.
  mkdirSync(join(disks[1]!, readdirSync(disks[0]!)[0]!));
  const second = join(disks[1]!, readdirSync(disks[0]!)[0]!);
  renameSync(join(first, 'seg-00003.bin'), join(second, 'seg-00003.bin'));
  for (const name of ['toc.json', 'toc.sig']) writeFileSync(join(second, name), readFileSync(join(first, name)));
  renameSync(join(first, 'seg-00004.bin'), join(disks[2]!, 'seg-00004.bin'));
  return { disks, id: toc.id };
}

test('all disks at once, in any order', async () => {
  const { disks } = await threeDisks();
  const summary = await inspectBundle([disks[2]!, disks[1]!], { check: false, trusted: [] });
  expect(summary.segments.map(({ state }) => state)).toEqual(['missing', 'missing', 'unchecked', 'unchecked']);
  expect(await desk().in({ folders: [disks[2]!, disks[0]!, disks[1]!] })).toMatchObject({ state: 'done' });
  expect(await contentOf(desk().to)).toEqual(await contentOf(desk().from));
});

test('one disk after another through one socket: each call names what to insert next; no byte is read twice', async () => {
  const { disks } = await threeDisks();
  const { to, from } = desk();
  const first = await desk().in({ folders: [disks[0]!], incomplete: 'wait' });
  expect(first).toMatchObject({
    state: 'waiting',
    missing: ['seg-00003.bin', 'seg-00004.bin'],
    images: ['quay.io/x/a:1'],
  });
  expect(to.usage().partialBytes).toBeGreaterThan(0);
  const second = await desk().in({ folders: [disks[1]!], incomplete: 'wait' });
  expect(second).toMatchObject({ state: 'waiting', missing: ['seg-00004.bin'] });
  // The third has no table of contents of its own: the second's folder stays named, its segment is not read again.
  rmSync(join(disks[1]!, readdirSync(disks[1]!)[0]!, 'seg-00003.bin'));
  const third = await desk().in({ folders: [disks[1]!, disks[2]!], incomplete: 'wait' });
  expect(third).toMatchObject({ state: 'done', missing: [], images: ['quay.io/x/a:1', 'quay.io/x/b:1'] });
  expect(await contentOf(to)).toEqual(await contentOf(from));
});

test('a blob whose middle is on another disk: only that disk is asked for, then the first again', async () => {
  const { from, to, dir, disk } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 2.5 * mib)]);
  const { paths } = await desk().out();
  const other = join(dir, 'other');
  mkdirSync(other);
  cpSync(paths[0]!, other, { recursive: true, filter: (name) => !/seg-0000[13]/.test(name) });
  rmSync(join(paths[0]!, 'seg-00002.bin'));
  const turn = (folder: string) => desk().in({ folders: [folder], incomplete: 'wait' });
  expect(await turn(disk)).toMatchObject({ state: 'waiting', missing: ['seg-00002.bin'] });
  expect(await turn(other)).toMatchObject({ state: 'waiting', missing: ['seg-00003.bin'] });
  expect(await turn(disk)).toMatchObject({ state: 'done' });
  expect(await contentOf(to)).toEqual(await contentOf(from));
});

test('a good copy on a second disk stands in for a damaged one', async () => {
  const { disks } = await threeDisks();
  writeFileSync(join(disks[0]!, 'seg-00004.bin'), Buffer.alloc(desk().from.usage().bytes - 3 * mib));
  expect(await desk().in({ folders: disks })).toMatchObject({ state: 'done' });
});

test('two bundles on one disk: which one is asked, not guessed', async () => {
  await putImage(desk().from, 'quay.io/x/a:1', [noise('a', 100)]);
  const first = await desk().out();
  const second = await desk().out({ madeAt: '2026-11-23T22:00:00Z' });
  expect(await faultOf(desk().in())).toMatchObject({
    code: 'bundle.several',
    about: expect.arrayContaining([...first.paths, ...second.paths]),
  });
  expect(await desk().in({ folders: first.paths })).toMatchObject({ state: 'done' });
});

test('a signature that grew or can not be read on one disk: the other disk has a good one', async () => {
  const { disks } = await threeDisks();
  const folder = readdirSync(disks[0]!)[0]!;
  writeFileSync(join(disks[0]!, folder, 'toc.sig'), 'x'.repeat(5000));
  expect(await desk().in({ folders: disks })).toMatchObject({ state: 'done' });
});

test('an image whose name no bundle can carry is a gap before a byte is written', async () => {
  const { from } = desk();
  await putImage(from, 'quay.io/x/a:1', [noise('a', 100)]);
  const { descriptor } = from.roots()[0]!;
  await from.setRoot({ name: 'my image', descriptor, annotations: {} });
  expect(await desk().out()).toMatchObject({ gaps: [{ name: 'my image', fault: { code: 'bundle.name' } }] });
  expect(await desk().in()).toMatchObject({ state: 'done', images: ['quay.io/x/a:1'] });
});
