import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createContentStore } from '../images/content/content-store.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../images/testing/faulty-registry.ts';
import { sampleImage } from '../images/testing/sample-image.ts';
import { publish } from '../mirror/testing/mirror-bed.ts';

/** The mirror as a user types it: exit codes, sentences, remedies, and what to type next. */
const folder = mkdtempSync(join(tmpdir(), 'cli-mirror-'));
const home = join(folder, 'home');
let source: FaultyRegistry;
let site: FaultyRegistry;
beforeAll(async () => {
  source = await startFaultyRegistry();
  site = await startFaultyRegistry();
  const images = [
    await publish(source.host, 'a:1'),
    await publish(source.host, 'slow:1', sampleImage({ sizes: [3_000_000] })),
  ];
  const list = images.map((image) => `  - name: ${image}\n`).join('');
  writeFileSync(join(folder, 'set.yaml'), `apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: two\nimages:\n${list}`);
});
afterAll(async () => {
  await Promise.all([source.stop(), site.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]) {
  const at = args.includes('--home') ? [] : ['--home', home];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'mirror', ...args, ...at]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += String(data);
  });
  child.stderr.on('data', (data) => {
    said.err += String(data);
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, code };
}
async function cli(...args: string[]) {
  const { said, code } = start(...args);
  return { code: await code, ...said };
}
const contains = (text: string) => expect.stringContaining(text);

test('from an image set to a site, with an interruption by Ctrl+C and a gap', async () => {
  const typo = join(folder, 'typo.yaml');
  writeFileSync(typo, 'apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: two\nimges: []\n');
  expect(await cli('save', '--yaml', `@${typo}`)).toMatchObject({ code: 2, err: contains('imges: Line 4') });
  // What a save refuses, a check does not call done.
  expect(await cli('check', '--yaml', `@${typo}`)).toMatchObject({ code: 2, out: contains('Did you mean images?') });
  expect((await cli('check', '--yaml', `@${join(folder, 'set.yaml')}`)).code).toBe(0);
  expect(await cli('save', '--yaml', `@${join(folder, 'set.yaml')}`)).toMatchObject({
    code: 0,
    out: contains('2 images'),
  });
  expect(await cli('plan', '--set', 'tow')).toMatchObject({ code: 2, err: contains('There are: two.') });

  // The source is not known to speak plain HTTP: all are gaps, which is not done.
  expect(await cli('plan', '--set', 'two')).toMatchObject({ code: 1, out: contains(`${source.host}/a:1`) });
  expect(
    (await cli('addSite', '--name', 'Source', '--role', 'source', '--address', source.host, '--plainHttp')).code,
  ).toBe(0);
  const plan = await cli('plan', '--set', 'two');
  expect(plan).toMatchObject({ code: 0, out: contains('newBytes: 3.1 MB') });

  source.add({ path: /slow\/blobs/, method: 'GET', times: Number.POSITIVE_INFINITY, bytesPerSecond: 1_000_000 });
  source.seen.length = 0;
  const pulling = start('pull', '--set', 'two');
  await expect
    .poll(() => source.seen.filter(({ path }) => /slow\/blobs/.test(path)).length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 700));
  pulling.child.kill('SIGINT');
  expect(await pulling.code).toBe(130);
  const resume = /cli mirror resume --id (\S+)/.exec(pulling.said.err)?.[1] ?? '';
  expect(resume).not.toBe('');
  expect((await cli('runs')).out).toContain('interrupted');
  source.heal();

  expect(await cli('resume', '--id', resume)).toMatchObject({ code: 0, out: contains('2 of 2 fetched') });
  expect(await cli('resume', '--id', resume)).toMatchObject({ code: 2, err: contains('This run is done.') });
  expect(await cli('pull', '--set', 'two', '--no-wait')).toMatchObject({ code: 2, err: contains('--no-wait') });

  expect(await cli('push', '--site', 'nowhere')).toMatchObject({
    code: 2,
    err: contains('There is no registry nowhere.'),
  });
  expect((await cli('addSite', '--name', 'Site', '--address', site.host, '--plainHttp')).code).toBe(0);
  site.add({ method: 'POST', path: /^\/v2\/slow\//, times: Number.POSITIVE_INFINITY, answer: { status: 403 } });
  const pushed = await cli('push', '--site', 'site');
  expect(pushed).toMatchObject({ code: 1, out: contains('state: gaps'), err: contains('cli mirror retry --id') });
  const run = /cli mirror retry --id (\S+)/.exec(pushed.err)?.[1] ?? '';
  const why = await cli('runImages', '--id', run, '--state', 'failed');
  expect(why.out).toMatch(/slow:1.*slow/);
  site.heal();
  expect(await cli('retry', '--id', run)).toMatchObject({ code: 0, out: contains('1 of 1 sent') });
  expect(await cli('verifySite', '--id', 'site')).toMatchObject({
    code: 0,
    out: contains('All 2 images can be pulled'),
  });
  site.content.manifests.clear();
  expect(await cli('verifySite', '--id', 'site')).toMatchObject({ code: 1, out: contains('a:1 is gone') });
  await site.stop();
  expect(await cli('push', '--site', 'site')).toMatchObject({ code: 3, err: contains('nothing listens there') });
}, 300_000);

test('bundles and a store that is held', async () => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  expect(await cli('export', '--folder', disk)).toMatchObject({ code: 0, out: contains('2 images in 1 file of') });
  expect((await cli('bundles')).out).toContain('not acknowledged yet');
  const field = (...args: string[]) => cli(...args, '--home', join(folder, 'field'));
  const strange = await field('import', '--folders', disk);
  expect(strange).toMatchObject({ code: 4, err: contains('is not trusted here') });
  // The remedy can be typed as it is.
  const key = /--publicKey (\S+?)`/.exec(strange.err)?.[1] ?? '';
  expect((await field('trust', '--name', 'Office', '--publicKey', key)).code).toBe(0);
  expect(await field('import', '--folders', disk)).toMatchObject({ code: 0, out: contains('2 of 2 images') });
  expect(await field('import', '--folders', join(folder, 'none'))).toMatchObject({ code: 4, err: contains('none') });
  const file = join(folder, 'out.json');
  await field('images', '--json', file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ total: 2 });

  const other = await createContentStore({ root: join(home, 'store'), clock: systemClock() });
  expect(await cli('store')).toMatchObject({ code: 5, err: contains('(store.busy)') });
  expect(await cli('verify')).toMatchObject({ code: 5 });
  await other.close();
  expect(await cli('verify')).toMatchObject({ code: 0, out: contains('Every blob is sound.') });
}, 240_000);
