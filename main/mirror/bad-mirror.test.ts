import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createContentStore } from '../images/content/content-store.ts';
import type { FaultyRegistry } from '../images/testing/faulty-registry.ts';
import { sampleImage, sampleIndex } from '../images/testing/sample-image.ts';
import { createAuthority } from '../kube/testing/authority.ts';
import { refusal } from '../testing/test-engine.ts';
import { type MirrorBed, publish, startMirrorBed } from './testing/mirror-bed.ts';

/** Everything of the list of bad input, through the contract: a sentence, a remedy, and the rest goes on. */
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
const failed = async (id: string) => (await call('mirror.runImages', { id, state: ['failed'] })).rows;
const blobsOf = (repository: string) =>
  [...source.content.blobs.keys()].filter((key) => key.startsWith(`${repository} `)).map((key) => key.split(' ')[1]!);

/** Pulls three images of which the middle one is bad; gives why. */
async function oneBad(spoil: () => void, bad = `${source.host}/b:1`) {
  const [a, , c] = [
    await publish(source.host, 'a:1'),
    await publish(source.host, 'b:1'),
    await publish(source.host, 'c:1'),
  ];
  const set = await bed.save('three', [a!, bad, c!]);
  spoil();
  const run = await pull(set);
  expect(run).toMatchObject({ state: 'gaps', images: 3, imagesDone: 2, imagesFailed: 1 });
  const [gap] = await failed(run.id);
  expect(gap?.fault?.remedy).not.toBe('');
  expect((await call('mirror.images', {})).rows.map(({ name }) => name.replace(/@.*/, ''))).toEqual([a, c]);
  return { run, fault: gap!.fault! };
}

describe('an image that can not be had is a gap with its reason; the rest comes', () => {
  test('an unknown registry', async () => {
    const { fault } = await oneBad(() => {}, '127.0.0.1:1/b:1');
    expect(fault).toMatchObject({ message: expect.stringContaining('127.0.0.1:1') });
    expect(fault.code).toMatch(/^registry\.(unreachable|tls)$/);
  });
  test('a tag that is gone', async () => {
    const { fault, run } = await oneBad(() => source.content.manifests.delete('b 1'));
    expect(fault).toMatchObject({ code: 'registry.notFound', message: expect.stringContaining('b:1') });
    expect((await call('mirror.plan', { set: 'three' })).gaps).toEqual([
      { name: `${source.host}/b:1`, reason: expect.stringContaining('b:1') },
    ]);
    // It is there again: just that one is fetched.
    await publish(source.host, 'b:1');
    source.seen.length = 0;
    const again = (await call('mirror.retry', { id: run.id })).run;
    expect(again).toMatchObject({ state: 'done', imagesFailed: 0 });
    expect(source.seen.filter(({ path, method }) => method === 'GET' && /\/v2\/[ac]\/blobs/.test(path))).toEqual([]);
  });
  test('an image of schema 1', async () => {
    const { fault } = await oneBad(() => {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'b', tag: '1', fsLayers: [], history: [] }));
      source.content.manifests.set('b 1', { bytes, type: 'application/vnd.docker.distribution.manifest.v1+prettyjws' });
    });
    expect(fault.code).toBe('registry.schema1');
  });
  test.each([
    [401, 'registry.unauthorized'],
    [403, 'registry.forbidden'],
  ])('%d in the middle', async (status, code) => {
    const { fault } = await oneBad(() =>
      source.add({ path: /^\/v2\/b\/blobs/, skip: 1, times: Number.POSITIVE_INFINITY, answer: { status } }),
    );
    expect(fault).toMatchObject({ code, message: expect.stringContaining('b') });
  });
  test('bytes that are not what their digest says', async () => {
    const { fault, run } = await oneBad(() =>
      source.add({ path: /^\/v2\/b\/blobs/, times: Number.POSITIVE_INFINITY, flipAt: 7 }),
    );
    expect(fault.code).toBe('registry.digestMismatch');
    const here = readdirSync(join(bed.folder, 'office/store/blobs/sha256'));
    for (const digest of blobsOf('b')) expect(here).not.toContain(digest.slice(7));
    source.heal();
    expect((await call('mirror.retry', { id: run.id })).run).toMatchObject({ state: 'done' });
  });
});

describe('a site that does not take it', () => {
  const site = async (registry: FaultyRegistry, more: object = {}) =>
    (await call('mirror.addSite', { name: 'Site', address: registry.host, plainHttp: true, ...more })).id;
  const stock = async () =>
    pull(await bed.save('some', [await publish(source.host, 'a:1'), await publish(source.host, 'b:1')]));

  test('a certificate of another authority, then the right one', async () => {
    await stock();
    const [mine, other] = [await createAuthority('mine'), await createAuthority('other')];
    const tls = await mine.issue({ cn: 'registry', ips: ['127.0.0.1'] });
    const registry = await bed.registry({ tls });
    const id = await site(registry, { plainHttp: false, ca: other.pem });
    expect(await call('mirror.checkSite', { id })).toMatchObject({
      health: 'failed',
      sentence: expect.stringMatching(/authority|certificate/),
    });
    const why = await refusal(() => call('mirror.push', { site: id }));
    expect(why).toMatchObject({ code: 'registry.tls', remedy: expect.stringMatching(/CA|authority|certificate/) });
    expect(await refusal(() => call('mirror.editSite', { id, ca: 'no certificate' }))).toMatchObject({
      code: 'site.ca',
      field: 'ca',
    });
    await call('mirror.editSite', { id, ca: mine.pem });
    expect((await call('mirror.push', { site: id })).run).toMatchObject({ state: 'done', imagesDone: 2 });
  });

  test('no right to push to one repository: named, the other is there, and retried when the right is given', async () => {
    await stock();
    const registry = await bed.registry();
    const id = await site(registry);
    registry.add({ method: 'POST', path: /^\/v2\/b\//, times: Number.POSITIVE_INFINITY, answer: { status: 403 } });
    const { run } = await call('mirror.push', { site: id });
    expect(run).toMatchObject({ state: 'gaps', imagesDone: 1, imagesFailed: 1 });
    const [gap] = await failed(run.id);
    expect(gap?.fault).toMatchObject({ code: 'registry.forbidden', message: expect.stringMatching(/\bb\b/) });
    registry.heal();
    expect((await call('mirror.retry', { id: run.id })).run).toMatchObject({ state: 'done', images: 1 });
    expect(await call('mirror.verifySite', { id })).toMatchObject({ images: 2, missing: [] });
  });

  test('what was pushed and then lost is named; a site that is away loses nothing from our rows', async () => {
    await stock();
    const registry = await bed.registry();
    const id = await site(registry);
    await call('mirror.push', { site: id });
    const kept = new Map(registry.content.manifests);
    registry.content.manifests.clear();
    const lost = await call('mirror.verifySite', { id });
    expect(lost.missing).toEqual([expect.stringContaining('a:1 is gone'), expect.stringContaining('b:1 is gone')]);
    expect((await call('mirror.sites', {})).sites.find((row) => row.id === id)?.images).toBe(0);
    for (const [key, value] of kept) registry.content.manifests.set(key, value);
    expect((await call('mirror.verifySite', { id })).missing).toEqual([]);
    registry.add({ times: Number.POSITIVE_INFINITY, path: /manifests/, answer: { status: 401 } });
    expect(await refusal(() => call('mirror.verifySite', { id }))).toMatchObject({ code: 'registry.unauthorized' });
    expect((await call('mirror.sites', {})).sites.find((row) => row.id === id)?.images).toBe(2);
  });

  test('a registry that refuses an index with platforms left out gets the one image, and the run says so', async () => {
    const children = [sampleImage(), sampleImage()];
    for (const [at, child] of children.entries()) await publish(source.host, `multi:child${at}`, child);
    const index = sampleIndex(children.map(({ manifest }) => manifest));
    await publish(source.host, 'multi:1', { manifest: index, blobs: [] });
    const set = await bed.save('multi', [`${source.host}/multi:1`], 'platforms: [linux/amd64]\n');
    expect(await pull(set)).toMatchObject({ state: 'done' });
    const registry = await bed.registry({ sparse: false });
    const id = await site(registry);
    const { run } = await call('mirror.push', { site: id });
    expect(run).toMatchObject({
      state: 'done',
      sentence: expect.stringContaining('takes no index with platforms left out'),
    });
    expect(registry.content.manifests.get('multi 1')?.bytes.equals(children[0]!.manifest.bytes)).toBe(true);
    expect(await call('mirror.verifySite', { id })).toMatchObject({ missing: [] });
    const taking = await bed.registry({ sparse: true });
    const other = (await call('mirror.addSite', { name: 'Other', address: taking.host, plainHttp: true })).id;
    expect((await call('mirror.push', { site: other })).run.sentence).not.toContain('platforms');
    expect(await call('mirror.verifySite', { id: other })).toMatchObject({ missing: [], images: 1 });
  });

  test('a blob that was cut short at the site is named', async () => {
    await stock();
    const registry = await bed.registry();
    const id = await site(registry);
    await call('mirror.push', { site: id });
    const [key, bytes] = [...registry.content.blobs].find(([, each]) => each.length > 1000)!;
    registry.content.blobs.set(key, bytes.subarray(0, 100));
    expect((await call('mirror.verifySite', { id })).missing).toEqual([expect.stringContaining(key.split(' ')[1]!)]);
  });

  test('a child of an index that was pushed and then lost is named, one that was left out is not', async () => {
    const children = [sampleImage(), sampleImage(), sampleImage()];
    for (const [at, child] of children.entries()) await publish(source.host, `multi:child${at}`, child);
    const index = sampleIndex(children.map(({ manifest }) => manifest));
    await publish(source.host, 'multi:1', { manifest: index, blobs: [] });
    await pull(await bed.save('multi', [`${source.host}/multi:1`], 'platforms: [linux/amd64, linux/arm64]\n'));
    const registry = await bed.registry({ sparse: true });
    const id = await site(registry);
    await call('mirror.push', { site: id });
    expect(await call('mirror.verifySite', { id })).toMatchObject({ missing: [] });
    registry.content.manifests.delete(`multi ${children[1]!.manifest.digest}`);
    expect((await call('mirror.verifySite', { id })).missing).toEqual([expect.stringContaining('multi:1')]);
  });

  test('a registry that images come from is not pushed to by a slip of the pen', async () => {
    await pull(await bed.save('one', [await publish(source.host, 'same:1')]));
    source.seen.length = 0;
    const { sites } = await call('mirror.sites', {});
    expect(await refusal(() => call('mirror.push', { site: sites[0]!.id }))).toMatchObject({
      ...{ code: 'site.source', field: 'site', remedy: expect.stringContaining(`--id ${sites[0]!.id} --role site`) },
    });
    expect(source.seen).toEqual([]);
  });

  test('two images that would take one tag from each other', async () => {
    const second = await bed.registry();
    await call('mirror.addSite', { name: 'Second', role: 'source', address: second.host, plainHttp: true });
    await pull(await bed.save('one', [await publish(source.host, 'same:1')]));
    await pull(await bed.save('two', [await publish(second.host, 'same:1')]));
    const registry = await bed.registry();
    const id = await site(registry);
    expect(await refusal(() => call('mirror.push', { site: id }))).toMatchObject({
      ...{
        code: 'push.collision',
        about: expect.arrayContaining([expect.stringContaining(source.host), expect.stringContaining(second.host)]),
      },
    });
    expect(registry.seen.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    expect((await call('mirror.push', { site: id, set: 'one' })).run).toMatchObject({ state: 'done' });
  });
});

describe('a bundle that is not to be trusted', () => {
  const disk = (name: string) => join(bed.folder, name);
  async function exported(name: string, site = '') {
    mkdirSync(disk(name));
    return (await call('mirror.export', { folder: disk(name), site })).run;
  }
  test('unknown key, unsigned, changed, another site, older than what is there', async () => {
    await call('mirror.addSite', { name: 'North', address: 'north.example:5000' });
    await pull(await bed.save('some', [await publish(source.host, 'a:1')]));
    for (const name of ['first', 'unsigned', 'changed']) await exported(name);
    // Times of bundles are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await exported('north', 'north');
    const field = bed.laptop('field');
    const take = (name: string, anyway: ('older' | 'otherSite')[] = []) =>
      field.typed('mirror.import', { folders: [disk(name)], anyway });
    const [key] = (await call('mirror.keys', {})).keys;
    const unknown = await refusal(() => take('first'));
    expect(unknown).toMatchObject({ code: 'bundle.untrusted', remedy: expect.stringContaining(key!.publicKey) });
    await field.typed('mirror.trust', { name: 'Office', publicKey: key!.publicKey });
    await field.typed('mirror.addSite', { name: 'South', address: 'south.example:5000' });

    const file = (name: string, wanted: string) => {
      const found = readdirSync(disk(name), { recursive: true })
        .map(String)
        .find((path) => path.endsWith(wanted));
      return join(disk(name), found!);
    };
    rmSync(file('unsigned', 'toc.sig'));
    expect(await refusal(() => take('unsigned'))).toMatchObject({ code: 'bundle.unsigned' });
    writeFileSync(file('changed', 'toc.json'), ' ', { flag: 'a' });
    expect(await refusal(() => take('changed'))).toMatchObject({ code: 'bundle.damaged' });
    expect(await refusal(() => take('north'))).toMatchObject({
      code: 'bundle.otherSite',
      message: expect.stringContaining('north'),
    });
    expect((await take('north', ['otherSite'])).run).toMatchObject({ state: 'done' });
    expect(await refusal(() => take('first'))).toMatchObject({ code: 'bundle.older' });
    expect((await take('first', ['older'])).run).toMatchObject({ state: 'done' });
    expect(await refusal(() => take('nothing there'))).toMatchObject({ field: 'folders' });
  });
});

test('an inventory that can not be kept acknowledges nothing, and the one that was kept stays whole', async () => {
  mkdirSync(join(bed.folder, 'disk'));
  await pull(await bed.save('some', [await publish(source.host, 'a:1')]));
  await call('mirror.export', { folder: join(bed.folder, 'disk') });
  const field = bed.laptop('field');
  const [key] = (await call('mirror.keys', {})).keys;
  await field.typed('mirror.trust', { name: 'Office', publicKey: key!.publicKey });
  const [theirs] = (await field.typed('mirror.keys', {})).keys;
  await call('mirror.trust', { name: 'Field', publicKey: theirs!.publicKey });
  await field.typed('mirror.import', { folders: [join(bed.folder, 'disk')] });
  const { path } = await field.typed('mirror.inventory', { folder: join(bed.folder, 'disk') });
  // Something lies where the copies are kept.
  mkdirSync(join(bed.folder, 'office/mirror'), { recursive: true });
  writeFileSync(join(bed.folder, 'office/mirror/inventories'), '');
  expect((await refusal(() => call('mirror.acknowledge', { path }))).code).toMatch(/^(bundle|store)\./);
  const sentence = async () => (await call('mirror.bundles', {})).bundles[0]?.sentence;
  expect(await sentence()).toContain('not acknowledged yet');
  rmSync(join(bed.folder, 'office/mirror/inventories'));
  expect((await call('mirror.acknowledge', { path })).bundles).toHaveLength(1);
  expect(await sentence()).toContain('acknowledged by the site');
});

test('bundles of two sites do not make each other old', async () => {
  const office = bed.engine;
  for (const name of ['North', 'South'])
    await office.typed('mirror.addSite', { name, address: `${name.toLowerCase()}.example:5000` });
  await pull(await bed.save('some', [await publish(source.host, 'a:1')]));
  const field = bed.laptop('field');
  const [key] = (await call('mirror.keys', {})).keys;
  await field.typed('mirror.trust', { name: 'Office', publicKey: key!.publicKey });
  for (const site of ['south', 'north']) {
    await field.typed('mirror.addSite', { name: site, address: `${site}.example:5000` });
    mkdirSync(join(bed.folder, site));
    await call('mirror.export', { folder: join(bed.folder, site), site });
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }
  for (const site of ['north', 'south'])
    expect((await field.typed('mirror.import', { folders: [join(bed.folder, site)] })).run).toMatchObject({
      state: 'done',
    });
});

test('one image under two tags of a set is at the site under both', async () => {
  const image = sampleImage();
  await publish(source.host, 'ubi:9', image);
  await publish(source.host, 'ubi:9.4', image);
  const set = await bed.save('tags', [`${source.host}/ubi:9`, `${source.host}/ubi:9.4`]);
  expect(await pull(set)).toMatchObject({ state: 'done' });
  const registry = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'Site', address: registry.host, plainHttp: true });
  expect((await call('mirror.push', { site: id })).run).toMatchObject({ state: 'done' });
  for (const tag of ['9', '9.4'])
    expect(registry.content.manifests.get(`ubi ${tag}`)?.bytes.equals(image.manifest.bytes)).toBe(true);
  expect(await call('mirror.verifySite', { id })).toMatchObject({ images: 2, missing: [] });
  registry.content.manifests.delete('ubi 9.4');
  registry.content.manifests.delete('ubi 9');
  expect((await call('mirror.verifySite', { id })).missing).toHaveLength(2);
});

describe('what does not exist, or is written wrongly', () => {
  test('ids', async () => {
    const codes: [string, () => Promise<unknown>][] = [
      ['set.unknown', () => call('mirror.plan', { set: 'x' })],
      ['set.unknown', () => call('mirror.pull', { set: 'x' })],
      ['plan.unknown', () => call('mirror.planImages', { id: 'x' })],
      ['site.unknown', () => call('mirror.push', { site: 'x' })],
      ['site.unknown', () => call('mirror.export', { folder: join(bed.folder, 'x'), site: 'x' })],
      ['site.unknown', () => call('mirror.inventory', { folder: join(bed.folder, 'x'), site: 'x' })],
      ['run.unknown', () => call('mirror.run', { id: 'x' })],
      ['run.unknown', () => call('mirror.resume', { id: 'x' })],
      ['run.unknown', () => call('mirror.runImages', { id: 'x' })],
      ['key.unknown', () => call('mirror.distrust', { id: 'x' })],
      ['store.notFound', () => call('mirror.prune', { names: ['x'], dryRun: false })],
    ];
    for (const [code, ask] of codes) expect((await refusal(ask)).code).toBe(code);
    expect((await call('mirror.runs', {})).total).toBe(0);
  });
  test('a set is not written over by another one that takes its name', async () => {
    const yaml = (name: string) =>
      `apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: ${name}\nimages:\n  - name: a.example/b:1\n`;
    await call('mirror.save', { yaml: yaml('north'), was: '' });
    await call('mirror.save', { yaml: yaml('south'), was: 'north' });
    expect(await refusal(() => call('mirror.save', { yaml: yaml('north'), was: '' }))).toMatchObject({
      ...{ code: 'set.exists', field: 'name' },
    });
    expect((await refusal(() => call('mirror.save', { yaml: yaml('north'), was: 'south' }))).code).toBe('set.exists');
    // Of its own, and of one that is given by name alone, it is a new version.
    await call('mirror.save', { yaml: yaml('north'), was: 'north' });
    await call('mirror.save', { yaml: yaml('north') });
  });
  test('a typo in an image set names the field and the nearest valid one', async () => {
    const yaml = 'apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: x\nimges:\n  - name: a.example/b:1\n';
    expect(await refusal(() => call('mirror.save', { yaml }))).toMatchObject({
      ...{
        code: 'set.invalid',
        field: 'imges',
        message: expect.stringContaining('Line 4'),
        remedy: expect.stringContaining('images'),
      },
    });
  });
  test('the store is held by another process', async () => {
    const other = await createContentStore({ root: join(bed.folder, 'office/store'), clock: systemClock() });
    const set = await bed.save('some', [await publish(source.host, 'a:1')]);
    expect(await refusal(() => pull(set))).toMatchObject({ code: 'store.busy' });
    await other.close();
    expect(await pull(set)).toMatchObject({ state: 'done' });
  });
});
