import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleImage } from '../../images/testing/sample-image.ts';
import { refusal, type TestEngine } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

/** Bundles as runs: what they say of themselves, and the ways of a person with several disks. */
const MiB = 1_048_576;
let bed: MirrorBed;
let disk: string;
let field: TestEngine;
beforeEach(async () => {
  bed = await startMirrorBed();
  const source = await bed.registry();
  await call('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
  const names = [
    await publish(source.host, 'small:1'),
    await publish(source.host, 'big:1', sampleImage({ sizes: [2 * MiB] })),
  ];
  await bed.save('two', names);
  await call('mirror.pull', { set: 'two' });
  disk = folder('disk1');
  field = bed.laptop('field');
  const { keys } = await call('mirror.keys', {});
  await field.typed('mirror.trust', { name: 'Office', publicKey: keys[0]!.publicKey });
});
afterEach(() => bed.close());
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
function folder(name: string): string {
  const path = join(bed.folder, name);
  mkdirSync(path);
  return path;
}
const bundle = () => join(disk, readdirSync(disk)[0]!);
const segments = (at: string) => readdirSync(at, { recursive: true }).filter((name) => String(name).endsWith('.bin'));

test('a segment is lost: each image that did not come has its reason, and no receipt is promised', async () => {
  const { run } = await call('mirror.export', { folder: disk, segmentBytes: MiB });
  const [{ bytes } = { bytes: 0 }] = (await call('mirror.bundles', {})).bundles;
  // Written and read back, yet each byte counts once, as the store and the bundle count it.
  expect(run).toMatchObject({ state: 'done', bytes, bytesDone: bytes, bytesMoved: bytes });
  expect((await call('mirror.store', {})).bytes).toBe(bytes);
  const lost = segments(disk).map(String).sort()[1]!;
  const elsewhere = folder('disk2');
  renameSync(join(disk, lost), join(elsewhere, 'seg-00002.bin'));

  const part = (await field.typed('mirror.import', { folders: [disk], incomplete: 'leaveOut' })).run;
  expect(part).toMatchObject({ state: 'gaps', imagesDone: 1, imagesFailed: 1 });
  expect(part.sentence).toContain('First: seg-00002.bin of the bundle is not here');
  expect(part.sentence).not.toContain('it acknowledges this bundle');
  const { rows } = await field.typed('mirror.runImages', { id: part.id, state: ['failed'] });
  expect(rows).toMatchObject([{ fault: { code: 'bundle.missing', remedy: expect.stringContaining('seg-00002.bin') } }]);

  // Brought home on another disk, the lost part comes by a retry.
  const copy = folder('copy');
  cpSync(disk, copy, { recursive: true });
  cpSync(join(elsewhere, 'seg-00002.bin'), join(copy, readdirSync(copy)[0]!, 'seg-00002.bin'));
  const twice = field.typed('mirror.retry', { id: part.id, folders: [copy] });
  expect((await twice).run).toMatchObject({ state: 'done', place: copy, imagesFailed: 0 });
  await field.typed('mirror.prune', {
    names: (await field.typed('mirror.images', {})).rows.map(({ name }) => name),
    dryRun: false,
  });

  // The next disk has a folder of its own.
  const waiting = (await field.typed('mirror.import', { folders: [disk], incomplete: 'wait' })).run;
  expect(waiting).toMatchObject({ state: 'paused', sentence: expect.stringContaining('--folders') });
  const whole = await field.typed('mirror.resume', { id: waiting.id, folders: [disk, elsewhere] });
  expect(whole).toMatchObject({ state: 'done', imagesDone: 2 });
  expect(whole.sentence).toContain('it acknowledges this bundle');
  const why = await refusal(() => call('mirror.resume', { id: run.id, folders: [disk] }));
  expect(why).toMatchObject({ code: 'run.over' });
  // Its other disk is lost for good: what is whole is taken.
  await field.typed('mirror.prune', {
    names: (await field.typed('mirror.images', {})).rows.map(({ name }) => name),
    dryRun: false,
  });
  const lame = (await field.typed('mirror.import', { folders: [disk], incomplete: 'wait' })).run;
  const rest = await field.typed('mirror.resume', { id: lame.id, incomplete: 'leaveOut' });
  expect(rest).toMatchObject({ state: 'gaps', imagesDone: 1, imagesFailed: 1 });
  const other = await refusal(() => call('mirror.resume', { id: run.id, incomplete: 'wait' }));
  expect(other).toMatchObject({ code: 'input.invalid', field: 'incomplete' });
  const [pull] = (await call('mirror.runs', {})).runs.filter(({ kind }) => kind === 'pull');
  const no = await refusal(() => call('mirror.resume', { id: pull!.id, folders: [disk] }));
  expect(no).toMatchObject({ code: 'input.invalid', field: 'folders' });
});

test.skipIf(process.getuid?.() !== 0)(
  'several disks at once: what finds no room on the first goes to the second',
  async () => {
    const second = folder('disk2');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2560k', 'tmpfs', disk]);
    try {
      const full = await refusal(() => call('mirror.export', { folder: disk, segmentBytes: 2 * MiB }));
      expect(full).toMatchObject({ code: 'store.full', remedy: expect.stringContaining('--also') });
      expect(full.message).toMatch(/needs 2\.2 MB more; 2\.1 MB of them find no room/);
      const { run } = await call('mirror.export', { folder: disk, also: [second], segmentBytes: MiB });
      expect(run.place).toBe(`${disk}, ${second}`);
      expect(segments(disk).map(String).concat(segments(second).map(String)).length).toBe(3);
      expect(segments(second).length).toBeGreaterThan(0);
      expect((await field.typed('mirror.import', { folders: [disk, second] })).run).toMatchObject({ state: 'done' });
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);

test('what is asked for and is not there is named before anything is written', async () => {
  const nope = await refusal(() => call('mirror.export', { folder: disk, sets: ['two', 'tow'] }));
  expect(nope).toMatchObject({ field: 'sets', message: 'The store holds no image of tow.' });
  expect(nope.remedy).toContain('two');
  const none = await refusal(() => call('mirror.export', { folder: disk, since: 'inventory' }));
  expect(none).toMatchObject({ code: 'input.invalid', field: 'inventory' });
  expect(readdirSync(disk)).toEqual([]);
});

test('a disk that is not there is named at its field, and no run is made of it', async () => {
  const before = (await call('mirror.runs', {})).total;
  const gone = join(bed.folder, 'unplugged');
  expect(await refusal(() => call('mirror.export', { folder: gone, wait: false }))).toMatchObject({
    ...{ code: 'bundle.noFolder', field: 'folder', message: `${gone} is no folder that is there.` },
  });
  expect(await refusal(() => call('mirror.export', { folder: disk, also: [gone], wait: false }))).toMatchObject({
    ...{ code: 'bundle.noFolder', field: 'also' },
  });
  expect((await call('mirror.runs', {})).total).toBe(before);
});

test('a bundle refused for its age is taken all the same by a resume, which keeps folders and choices', async () => {
  const older = folder('disk one, of two');
  await call('mirror.export', { folder: older, segmentBytes: MiB });
  // Times of bundles are in whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await call('mirror.export', { folder: disk, segmentBytes: MiB });
  await field.typed('mirror.import', { folders: [disk] });
  const refused = await refusal(() => field.typed('mirror.import', { folders: [older], incomplete: 'leaveOut' }));
  expect(refused.code).toBe('bundle.older');
  const run = (await field.typed('mirror.runs', {})).runs.find(({ state }) => state === 'failed')!;
  const lost = segments(older).map(String).sort()[1]!;
  renameSync(join(older, lost), join(bed.folder, 'lost.bin'));
  const big = (await field.typed('mirror.images', { search: 'big' })).rows.map(({ name }) => name);
  await field.typed('mirror.prune', { names: big, dryRun: false });
  expect(await field.typed('mirror.resume', { id: run.id, anyway: ['older'] })).toMatchObject({ id: run.id });
  expect(await field.typed('mirror.run', { id: run.id })).toMatchObject({ state: 'gaps', imagesDone: 1 });
  const strange = (await call('mirror.runs', {})).runs[0]!;
  const why = await refusal(() => call('mirror.resume', { id: strange.id, anyway: ['older'] }));
  expect(why).toMatchObject({ code: 'input.invalid', field: 'anyway' });
});

test('a folder is kept by its full path, and a delta of nothing says so', async () => {
  const near = relative(process.cwd(), disk);
  const { run } = await call('mirror.export', { folder: near });
  expect(run.place).toBe(disk);
  expect(existsSync(bundle())).toBe(true);
  const imported = (await field.typed('mirror.import', { folders: [near] })).run;
  expect(imported.place).toBe(disk);
  const { path } = await field.typed('mirror.inventory', { folder: near });
  expect(path.startsWith(disk)).toBe(true);
  const theirs = (await field.typed('mirror.keys', {})).keys[0]!;
  await call('mirror.trust', { name: 'Field', publicKey: theirs.publicKey });
  const again = (await call('mirror.export', { folder: folder('disk3'), since: 'inventory', inventory: path })).run;
  expect(again).toMatchObject({ state: 'done', bytes: 0 });
  expect(again.sentence).toContain('The site has all of it: 2 images');
});
