import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { blobOf, manifestOf, sampleImage } from '../../images/testing/sample-image.ts';
import { refusal } from '../../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';
import { putSetFiles } from './set-files.ts';

let bed: MirrorBed;
let source: FaultyRegistry;
beforeEach(async () => {
  bed = await startMirrorBed();
  source = await bed.registry();
  await bed.engine.typed('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
});
afterEach(() => bed.close());
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
const pull = async (set: string) => (await call('mirror.pull', { set })).run;
const store = () => join(bed.folder, 'office', 'store');

/** Two images on one base layer. */
async function family() {
  const base = blobOf(Buffer.alloc(50_000, 'base'));
  const made = [sampleImage({ sizes: [10_000] }), sampleImage({ sizes: [20_000] })].map(({ manifest, blobs }) => {
    const json = JSON.parse(manifest.bytes.toString()) as { layers: object[] };
    json.layers.unshift(base.descriptor);
    return { manifest: manifestOf(json), blobs: [base, ...blobs] };
  });
  const names: string[] = [];
  for (const [at, image] of made.entries()) names.push(await publish(source.host, `family:${at}`, image));
  const own = made.map(({ manifest, blobs }) =>
    blobs.slice(1).reduce((sum, { bytes }) => sum + bytes.length, manifest.bytes.length),
  );
  return { names, own, shared: base.bytes.length, made };
}
/** Every file of the store with its size and time. */
const listing = () =>
  readdirSync(store(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const { size, mtimeMs } = statSync(join(parentPath, name));
      return `${join(parentPath, name)} ${size} ${mtimeMs}`;
    })
    .sort();

test('a plan writes nothing here or there, and counts what is shared once', async () => {
  const { names, own, shared } = await family();
  const set = await bed.save('pair', names);
  source.seen.length = 0;
  const plan = await call('mirror.plan', { set });
  expect(plan).toMatchObject({
    images: 2,
    failed: 0,
    hereBytes: 0,
    newBytes: own[0]! + own[1]! + shared,
    siteBytes: null,
  });
  expect(plan.bySource).toEqual([{ registry: source.host, images: 2, newBytes: plan.newBytes }]);
  const { rows } = await call('mirror.planImages', { id: plan.id });
  expect(rows.map(({ bytes }) => bytes)).toEqual(own.map((bytes) => bytes + shared));
  expect(rows.map(({ newBytes }) => newBytes)).toEqual([own[0]! + shared, own[1]!]);
  expect(existsSync(store())).toBe(false);
  expect(source.seen.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  // No layer was fetched to find this out.
  expect(source.seen.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toEqual([]);

  // The run knows its size from the plan, and moves what the plan said; what both need counts once.
  const run = await pull(set);
  expect(run).toMatchObject({ state: 'done', bytesMoved: plan.newBytes, bytes: plan.bytes, bytesDone: plan.bytes });
  const before = listing();
  const site = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'Site', address: `${site.host}/edge`, plainHttp: true });
  expect(await call('mirror.plan', { set, site: id })).toMatchObject({ newBytes: 0, siteBytes: 0, seconds: 0 });
  await call('mirror.push', { site: id });
  site.seen.length = 0;
  const last = await call('mirror.plan', { set, site: id });
  // What both share lies there once, and is counted once, as everywhere in a plan.
  expect(last).toMatchObject({
    siteBytes: last.bytes,
    bytes: own[0]! + own[1]! + shared,
    bytesPerSecond: run.bytesPerSecond,
  });
  expect(listing()).toEqual(before);
  expect(site.seen.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
});

test('a plan lists first what cannot be had', async () => {
  const { names } = await family();
  const made = await call('mirror.plan', { set: await bed.save('gap', [...names, `${source.host}/zz/none:1`]) });
  expect(made.failed).toBe(1);
  const { rows } = await call('mirror.planImages', { id: made.id });
  expect(rows.map(({ fault }) => fault !== undefined)).toEqual([true, false, false]);
  // What cannot be had is fetched from nowhere.
  const digest = `${source.host}/family:0@sha256:${'a'.repeat(64)}`;
  const { bySource } = await call('mirror.plan', { set: await bed.save('gap', [...names, digest]) });
  expect(bySource).toMatchObject([{ registry: source.host, images: 2 }]);
});

test('a site that does not answer costs a plan no image: what it has is not known, and why', async () => {
  const { names } = await family();
  const gone = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'Site', address: gone.host, plainHttp: true });
  await gone.stop();
  const plan = await call('mirror.plan', { set: await bed.save('pair', names), site: id });
  expect(plan).toMatchObject({ images: 2, failed: 0, siteBytes: null, gaps: [] });
  expect(plan.newBytes).toBeGreaterThan(50_000);
  expect(plan.warnings).toEqual([
    expect.stringMatching(/^What the site has already is not known: .* cannot be reached/),
  ]);
});

test('what an image needs alone, and what goes when a set is forgotten', async () => {
  const { names, own, shared } = await family();
  await pull(await bed.save('one', [names[0]!]));
  await pull(await bed.save('two', names));
  const { rows } = await call('mirror.images', {});
  expect(rows.map(({ sets, ownBytes, bytes }) => ({ sets, ownBytes, bytes }))).toEqual([
    { sets: ['one', 'two'], ownBytes: own[0], bytes: own[0]! + shared },
    { sets: ['two'], ownBytes: own[1], bytes: own[1]! + shared },
  ]);
  expect((await call('mirror.images', { set: 'one' })).total).toBe(1);
  await call('mirror.forget', { name: 'one' });
  // The other set still wants it.
  expect(await call('mirror.prune', {})).toMatchObject({ dryRun: true, images: [], blobs: 0, bytes: 0 });

  const dry = await call('mirror.prune', { names: [rows[1]!.name] });
  expect(dry).toMatchObject({ dryRun: true, images: [rows[1]!.name], bytes: own[1] });
  expect((await call('mirror.images', {})).total).toBe(2);
  const before = (await call('mirror.store', {})).bytes;
  expect(await call('mirror.prune', { names: [rows[1]!.name], dryRun: false })).toMatchObject({ bytes: own[1] });
  expect((await call('mirror.store', {})).bytes).toBe(before - own[1]!);
  expect((await call('mirror.images', {})).rows).toMatchObject([{ ownBytes: own[0]! + shared }]);
  // It comes again with the next pull: just what went.
  expect(await pull('two')).toMatchObject({ state: 'done', bytesMoved: own[1] });
});

test('a day without the source frees nothing', async () => {
  const { names } = await family();
  await pull(await bed.save('two', names));
  await source.stop();
  expect(await call('mirror.plan', { set: 'two' })).toMatchObject({ failed: 2 });
  expect(await call('mirror.prune', {})).toMatchObject({ images: [], blobs: 0 });
});

test('a set that wants less, or whose tag moved on, leaves something to prune', async () => {
  const { names, own } = await family();
  await pull(await bed.save('two', names));
  await bed.save('two', [names[0]!]);
  await call('mirror.plan', { set: 'two' });
  expect(await call('mirror.prune', { dryRun: false })).toMatchObject({
    images: [expect.stringContaining('family:1')],
    bytes: own[1],
  });

  const moved = sampleImage({ sizes: [5_000] });
  await publish(source.host, 'family:0', moved);
  await pull('two');
  const { rows } = await call('mirror.images', {});
  expect(rows).toMatchObject([{ digest: moved.manifest.digest, sets: ['two'] }]);
  expect((await call('mirror.prune', { dryRun: false })).bytes).toBeGreaterThan(50_000);
  expect((await call('mirror.store', {})).images).toBe(1);
});

test('a set that is forgotten leaves all it brought to prune, a bundle’s images keep the files of their sets', async () => {
  const { names } = await family();
  await pull(await bed.save('two', names));
  await pull(await bed.save('one', [names[0]!]));
  const disk = join(bed.folder, 'disk');
  mkdirSync(disk);
  await call('mirror.export', { folder: disk });

  // At the site the set is none of its own; its files came with it.
  const before = await createContentStore({ root: join(bed.folder, 'site', 'store'), clock: systemClock() });
  await putSetFiles(before, 'two', [{ path: 'graph.json', mediaType: 'application/json', bytes: Buffer.from('{}') }]);
  await before.close();
  const site = bed.laptop('site');
  const { keys } = await call('mirror.keys', {});
  await site.typed('mirror.trust', { name: 'Office', publicKey: keys[0]!.publicKey });
  expect((await site.typed('mirror.import', { folders: [disk] })).run).toMatchObject({ state: 'done' });
  expect(await site.typed('mirror.prune', {})).toMatchObject({ images: [], blobs: 0 });

  await call('mirror.forget', { name: 'two' });
  expect(await call('mirror.prune', { dryRun: false })).toMatchObject({
    images: [expect.stringContaining('family:1')],
  });
  await call('mirror.forget', { name: 'one' });
  expect((await call('mirror.prune', { dryRun: false })).images).toHaveLength(1);
  expect(await call('mirror.store', {})).toMatchObject({ images: 0, blobs: 0 });
});

test('a damaged blob is found, named with its image, and comes again', async () => {
  const { names, made } = await family();
  const set = await bed.save('two', names);
  await pull(set);
  expect((await call('mirror.store', {})).verifiedAt).toBeUndefined();
  const bad = made[1]!.blobs.at(-1)!.descriptor.digest;
  writeFileSync(join(store(), 'blobs/sha256', bad.slice(7)), 'not this');
  const { run } = await call('mirror.verify', {});
  expect(run).toMatchObject({ state: 'gaps', imagesDone: 1, imagesFailed: 1 });
  const status = await call('mirror.store', {});
  expect(status.damaged).toEqual([bad]);
  expect(status.verifiedAt).toBeDefined();
  expect((await call('mirror.images', {})).total).toBe(2);
  // Set aside is not sound: a second look says what its image lacks.
  const { run: again } = await call('mirror.verify', {});
  expect(again).toMatchObject({ state: 'gaps', imagesFailed: 1, sentence: expect.stringContaining('not whole') });
  const { rows } = await call('mirror.runImages', { id: again.id, state: ['failed'] });
  expect(rows).toMatchObject([{ fault: { code: 'store.damaged', about: [bad] } }]);
  expect(await pull(set)).toMatchObject({ state: 'done' });
  expect((await call('mirror.store', {})).damaged).toEqual([]);
  expect((await call('mirror.verify', {})).run).toMatchObject({ state: 'done' });
});

test('nothing is pruned while a run reads or writes', async () => {
  const set = await bed.save('slow', [await publish(source.host, 'slow:1', sampleImage({ sizes: [500_000] }))]);
  source.add({ path: /blobs/, method: 'GET', times: Number.POSITIVE_INFINITY, bytesPerSecond: 100_000 });
  const { run } = await call('mirror.pull', { set, wait: false });
  expect(await refusal(() => call('mirror.prune', {}))).toMatchObject({ code: 'store.inUse' });
  await call('mirror.cancel', { id: run.id });
  expect(await call('mirror.prune', {})).toMatchObject({ dryRun: true });
});
