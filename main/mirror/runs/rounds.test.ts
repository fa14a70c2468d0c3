import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { sampleImage } from '../../images/testing/sample-image.ts';
import { refusal, type TestEngine } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

/** The second and third round of one site: tags that moved, sets that were forgotten, disks in the wrong order. */
let bed: MirrorBed;
let source: FaultyRegistry;
let field: TestEngine;
beforeEach(async () => {
  bed = await startMirrorBed();
  source = await bed.registry();
  await call('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
  field = bed.laptop('field');
  const [ours] = (await call('mirror.keys', {})).keys;
  await field.typed('mirror.trust', { name: 'Office', publicKey: ours!.publicKey });
  const [theirs] = (await field.typed('mirror.keys', {})).keys;
  await call('mirror.trust', { name: 'Field', publicKey: theirs!.publicKey });
});
afterEach(() => bed.close());
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
/** Times of bundles and pulls are whole seconds. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));
function folder(name: string): string {
  const path = join(bed.folder, name);
  mkdirSync(path);
  return path;
}
async function round(name: string): Promise<string> {
  await call('mirror.pull', { set: 'app' });
  const disk = folder(name);
  await call('mirror.export', { folder: disk });
  await nextSecond();
  return disk;
}
const digests = async () => (await field.typed('mirror.images', {})).rows.map(({ digest }) => digest);
const dry = (engine: TestEngine) => engine.typed('mirror.prune', {});

test('a tag that moved is listed once at the site; an older bundle, when said yes to, goes back to what it brought', async () => {
  const [first, second] = [sampleImage({ sizes: [10_000] }), sampleImage({ sizes: [20_000] })];
  await bed.save('app', [await publish(source.host, 'app:1', first)]);
  const one = await round('one');
  await publish(source.host, 'app:1', second);
  const two = await round('two');
  await field.typed('mirror.import', { folders: [one] });
  await field.typed('mirror.import', { folders: [two] });
  expect(await digests()).toEqual([second.manifest.digest]);
  // What the first brought can go.
  expect((await dry(field)).bytes).toBeGreaterThan(10_000);

  expect((await refusal(() => field.typed('mirror.import', { folders: [one] }))).code).toBe('bundle.older');
  await field.typed('mirror.import', { folders: [one], anyway: ['older'] });
  expect(await digests()).toEqual([first.manifest.digest]);
  await field.typed('mirror.import', { folders: [two] });
  expect(await digests()).toEqual([second.manifest.digest]);
});

test('a bundle for another site that is older takes nothing newer away', async () => {
  const [first, second] = [sampleImage(), sampleImage()];
  for (const name of ['North', 'South'])
    await call('mirror.addSite', { name, address: `${name.toLowerCase()}.example:5000` });
  await bed.save('app', [await publish(source.host, 'app:1', first)]);
  await call('mirror.pull', { set: 'app' });
  await call('mirror.export', { folder: folder('north'), site: 'north' });
  await nextSecond();
  await publish(source.host, 'app:1', second);
  await call('mirror.pull', { set: 'app' });
  await call('mirror.export', { folder: folder('south'), site: 'south' });
  for (const site of ['south', 'north'])
    await field.typed('mirror.import', { folders: [join(bed.folder, site)], anyway: ['otherSite'] });
  expect((await digests()).sort()).toEqual([first.manifest.digest, second.manifest.digest].sort());
});

test('what a bundle brought stays when the store is pruned, also when its set is saved here and can not be looked at', async () => {
  await bed.save('app', [await publish(source.host, 'app:1')]);
  await field.typed('mirror.import', { folders: [await round('one')] });
  expect(await dry(field)).toMatchObject({ images: [], blobs: 0 });
  const text = (await call('mirror.set', { name: 'app' })).yaml;
  await field.typed('mirror.save', { yaml: text });
  expect(await dry(field)).toMatchObject({ images: [], blobs: 0 });
  expect((await field.typed('mirror.plan', { set: 'app' })).failed).toBe(1);
  expect(await dry(field)).toMatchObject({ images: [], blobs: 0 });
});

test('what a forgotten set brought can go; saved anew it stays until the set was looked at', async () => {
  const name = await publish(source.host, 'app:1', sampleImage({ sizes: [10_000] }));
  await bed.save('app', [name]);
  await call('mirror.pull', { set: 'app' });
  await call('mirror.forget', { name: 'app' });
  expect(await dry(bed.engine)).toMatchObject({ images: [expect.stringContaining('app:1')] });
  await bed.save('app', [name]);
  expect(await dry(bed.engine)).toMatchObject({ images: [], blobs: 0 });
  await call('mirror.forget', { name: 'app' });
  expect((await call('mirror.prune', { dryRun: false })).bytes).toBeGreaterThan(10_000);
});

test('what a set asks for no more goes along with a word, until the store is pruned', async () => {
  const [kept, dropped] = [await publish(source.host, 'app:1'), await publish(source.host, 'old:1')];
  const site = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'North', address: site.host, plainHttp: true });
  const round = async (name: string) => {
    await call('mirror.pull', { set: 'app' });
    const sentences = [
      (await call('mirror.export', { folder: folder(name) })).run.sentence,
      (await call('mirror.push', { site: id })).run.sentence,
    ];
    return sentences.map((each) => /\d+ images? go(es)? along[^;]*/.exec(each)?.[0]);
  };
  await bed.save('app', [kept, dropped]);
  expect(await round('one')).toEqual([undefined, undefined]);
  await bed.save('app', [kept]);
  const told = expect.stringContaining(`1 image goes along that no image set asks for any more (first ${dropped}`);
  expect(await round('two')).toEqual([told, told]);
  await call('mirror.prune', { dryRun: false });
  expect(await round('three')).toEqual([undefined, undefined]);
});

test('a run that goes on after its set was changed, or forgotten, says so', async () => {
  const name = await publish(source.host, 'app:1', sampleImage({ sizes: [500_000] }));
  const other = await publish(source.host, 'other:1');
  const slow = { path: /app\/blobs/, method: 'GET', times: Number.POSITIVE_INFINITY, bytesPerSecond: 100_000 };
  const halted = async () => {
    await call('mirror.prune', { dryRun: false });
    source.add(slow);
    const { run } = await call('mirror.pull', { set: 'app', wait: false });
    await expect.poll(async () => (await call('mirror.run', { id: run.id })).images).toBe(1);
    await call('mirror.pause', { id: run.id });
    source.heal();
    return run.id;
  };
  await bed.save('app', [name]);
  const one = await halted();
  await nextSecond();
  await bed.save('app', [other]);
  // The new text was not looked at.
  expect((await call('mirror.sets', {})).sets).toMatchObject([{ images: null, inStore: null }]);
  const changed = await call('mirror.resume', { id: one });
  expect(changed).toMatchObject({ state: 'done', imagesDone: 1 });
  expect(changed.sentence).toContain('What app asks for has changed since: pull it again.');

  await bed.save('app', [name]);
  await call('mirror.prune', { names: [(await call('mirror.images', {})).rows[0]!.name], dryRun: false });
  const two = await halted();
  const same = await call('mirror.resume', { id: two });
  expect(same.sentence).not.toContain('changed');
  await call('mirror.prune', { names: [(await call('mirror.images', {})).rows[0]!.name], dryRun: false });
  const three = await halted();
  await call('mirror.forget', { name: 'app' });
  expect((await call('mirror.resume', { id: three })).sentence).toContain('The image set was forgotten since');
});

test('an inventory that is read late does not take the place of a newer one', async () => {
  await bed.save('app', [await publish(source.host, 'app:1')]);
  const one = await round('one');
  const { path: early } = await field.typed('mirror.inventory', { folder: one });
  await field.typed('mirror.import', { folders: [one] });
  await nextSecond();
  const { path: late } = await field.typed('mirror.inventory', { folder: one });
  const newest = await call('mirror.acknowledge', { path: late });
  expect(newest.sentence).toBe(`The site has ${newest.digests} blobs and acknowledges 1 of our bundles.`);
  const again = await call('mirror.acknowledge', { path: early });
  expect(again.sentence).toMatch(/^The site had 0 blobs .* the newer one of .* stays what deltas build on\.$/);
  const { run } = await call('mirror.export', { folder: folder('two'), since: 'acknowledged' });
  expect(run.sentence).toContain('The site has all of it');
});

test('sites whose names have no Latin letter are two sites to two laptops', async () => {
  const north = await call('mirror.addSite', { name: '北', address: 'north.example:5000' });
  await field.typed('mirror.addSite', { name: '南', address: 'south.example:5000' });
  await bed.save('app', [await publish(source.host, 'app:1')]);
  await call('mirror.pull', { set: 'app' });
  const disk = folder('disk');
  await call('mirror.export', { folder: disk, site: north.id });
  expect(await refusal(() => field.typed('mirror.import', { folders: [disk] }))).toMatchObject({
    code: 'bundle.otherSite',
  });
});

test('the inventory of a laptop with two sites is of neither, unless one is named', async () => {
  const into = folder('disk');
  const siteOf = async (site = '') => {
    const { path } = await field.typed('mirror.inventory', { folder: into, site });
    await nextSecond();
    return (await call('mirror.acknowledge', { path })).site;
  };
  expect(await siteOf()).toBe('');
  await field.typed('mirror.addSite', { name: 'North', address: 'north.example:5000' });
  expect(await siteOf()).toBe('north');
  await field.typed('mirror.addSite', { name: 'South', address: 'south.example:5000' });
  expect(await siteOf()).toBe('');
  expect(await siteOf('south')).toBe('south');
});

test('an export that names an inventory and does not use it, or the other way round, is no run', async () => {
  await bed.save('app', [await publish(source.host, 'app:1')]);
  const one = await round('one');
  const { total } = await call('mirror.runs', {});
  const ask = (input: { since?: 'inventory' | 'full'; inventory?: string }) =>
    refusal(() => call('mirror.export', { folder: one, ...input }));
  expect(await ask({ since: 'inventory' })).toMatchObject({ code: 'input.invalid', field: 'inventory' });
  expect(await ask({ inventory: 'x.inv' })).toMatchObject({ code: 'input.invalid', field: 'since' });
  expect(await ask({ since: 'inventory', inventory: 'x.inv' })).toMatchObject({
    ...{ code: 'inventory.notFound', field: 'inventory' },
  });
  expect((await call('mirror.runs', {})).total).toBe(total);
});

test('this laptop’s own key is trusted already', async () => {
  const { keys } = await call('mirror.keys', {});
  const [own] = keys;
  expect(await call('mirror.trust', { name: 'Me', publicKey: own!.publicKey })).toEqual(own);
  expect((await call('mirror.keys', {})).keys).toEqual(keys);
});
