import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startConnected } from '../../../lab/registry/synthetic/connected-side.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Run } from '../../../shared/contract/mirror.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { blobOf, descriptorOf, manifestOf, pushImage, sampleImage } from '../../images/testing/sample-image.ts';
import { type MirrorBed, publish, startMirrorBed } from '../testing/mirror-bed.ts';

/** Plan, runs, set and store speak of the same images and the same bytes. */
let bed: MirrorBed;
let source: FaultyRegistry;
beforeEach(async () => {
  bed = await startMirrorBed();
  source = await bed.registry();
  await bed.engine.typed('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
});
afterEach(() => bed.close());
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
const endless = { times: Number.POSITIVE_INFINITY };

const shared = 400_000;
/** Images on one layer of 400 kB, each with 10 kB of its own and more. */
async function family(count: number): Promise<string[]> {
  const base = blobOf(Buffer.alloc(shared, 'base'));
  const names: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { manifest, blobs } = sampleImage({ sizes: [10_000 + at] });
    const json = JSON.parse(manifest.bytes.toString()) as { layers: object[] };
    json.layers.unshift(base.descriptor);
    names.push(await publish(source.host, `family-${at}:1`, { manifest: manifestOf(json), blobs: [base, ...blobs] }));
  }
  return names;
}
const until = async (id: string, holds: (run: Run) => boolean): Promise<Run> => {
  await expect.poll(async () => holds(await call('mirror.run', { id })), { timeout: 15_000, interval: 20 }).toBe(true);
  return call('mirror.run', { id });
};
const addSite = async (site: FaultyRegistry) =>
  (await call('mirror.addSite', { name: 'Site', address: site.host, plainHttp: true })).id;

test('plan, pull, store and push say the same bytes, however much images share', async () => {
  const set = await bed.save('family', await family(9));
  const plan = await call('mirror.plan', { set });
  const { rows } = await call('mirror.planImages', { id: plan.id });
  expect(plan.bytes).toBe(rows.reduce((sum, row) => sum + row.newBytes + row.hereBytes, 0));
  const { run } = await call('mirror.pull', { set });
  expect(run).toMatchObject({ bytes: plan.bytes, bytesDone: plan.bytes, bytesMoved: plan.newBytes });
  expect((await call('mirror.store', {})).bytes).toBe(plan.bytes);
  const site = await bed.registry();
  const { run: pushed } = await call('mirror.push', { site: await addSite(site), set });
  expect(pushed).toMatchObject({ state: 'done', bytes: plan.bytes, bytesDone: plan.bytes });
  // Each row says its own size all the same.
  const sent = await call('mirror.runImages', { id: pushed.id });
  expect(sent.rows.every(({ bytes, bytesDone }) => bytes > shared && bytes === bytesDone)).toBe(true);
});

test('what another push brought to another repository is mounted, not sent again', async () => {
  const [first = '', ...others] = await family(3);
  const site = await bed.registry();
  const id = await addSite(site);
  const sent = async (name: string, images: string[]) => {
    const set = await bed.save(name, images);
    await call('mirror.pull', { set });
    site.seen.length = 0;
    const { run } = await call('mirror.push', { site: id, set });
    expect(run.state).toBe('done');
    return site.seen.filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'));
  };
  const bytes = (all: { bytes: number }[]) => all.reduce((sum, one) => sum + one.bytes, 0);
  expect(bytes(await sent('one', [first]))).toBeGreaterThan(shared);
  expect(bytes(await sent('two', others))).toBeLessThan(shared / 2);
  // It is gone there, whatever was seen: then it is sent.
  for (const key of site.content.blobs.keys()) site.content.blobs.delete(key);
  site.content.manifests.clear();
  expect(bytes(await sent('three', others))).toBeGreaterThan(shared);
});

test('a push knows all it has to deal with before its first byte, and says how long it takes', async () => {
  const set = await bed.save('family', await family(9));
  const { bytes } = (await call('mirror.pull', { set })).run;
  const site = await bed.registry();
  site.add({ ...endless, method: 'PATCH', delayMs: 400 });
  site.add({ ...endless, method: 'PUT', path: /uploads/, delayMs: 400 });
  const { run } = await call('mirror.push', { site: await addSite(site), set, wait: false });
  const seen: Run[] = [];
  for (let now = run; now.state === 'running'; now = await call('mirror.run', { id: run.id })) {
    if (now.bytes > 0) seen.push(now);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(seen.length).toBeGreaterThan(20);
  expect(new Set(seen.map((each) => each.bytes))).toEqual(new Set([bytes]));
  expect(seen[0]?.bytesDone).toBe(0);
  expect(seen.every((each) => each.bytesDone <= each.bytes)).toBe(true);
  const moving = seen.filter(({ bytesDone }) => bytesDone > 0);
  expect(moving.some(({ secondsLeft }) => secondsLeft !== null)).toBe(true);
});

test('paused and resumed, a run ends with the bytes it began with', async () => {
  const set = await bed.save('family', await family(9));
  const plan = await call('mirror.plan', { set });
  // One image is held up while the others come.
  source.add({ ...endless, method: 'GET', path: /family-8\/manifests/, delayMs: 1500 });
  const { run } = await call('mirror.pull', { set, wait: false });
  await until(run.id, ({ imagesDone }) => imagesDone >= 3);
  const paused = await call('mirror.pause', { id: run.id });
  expect(paused).toMatchObject({ state: 'paused', bytes: plan.bytes });
  expect(paused.bytesDone).toBeLessThan(plan.bytes);
  source.heal();
  const resumed = await call('mirror.resume', { id: run.id });
  expect(resumed).toMatchObject({ state: 'done', bytes: plan.bytes, bytesDone: plan.bytes });
});

test('gaps are taken out of a run’s bytes', async () => {
  const set = await bed.save('family', await family(3));
  const plan = await call('mirror.plan', { set });
  const { rows } = await call('mirror.planImages', { id: plan.id });
  const own = rows[2]!.bytes! - shared;
  source.add({ ...endless, method: 'GET', path: /family-2\/manifests/, answer: { status: 403 } });
  const { run } = await call('mirror.pull', { set });
  expect(run).toMatchObject({ state: 'gaps', bytes: plan.bytes - own, bytesDone: plan.bytes - own });
});

test('what is attached to an image is planned with it', async () => {
  const image = sampleImage({ sizes: [10_000] });
  const sbom = sampleImage({
    sizes: [5_000],
    subject: descriptorOf(image.manifest),
    artifactType: 'application/x.sbom',
  });
  const name = await publish(source.host, 'app:1', image);
  const registry = createRegistry(
    { host: source.host, plainHttp: true },
    { clock: systemClock(), random: Math.random },
  );
  await pushImage(registry, 'app', sbom.manifest.digest, sbom);
  await registry.close();
  const plan = await call('mirror.plan', { set: await bed.save('app', [name]) });
  expect(plan.newBytes).toBeGreaterThan(15_000);
  const { run } = await call('mirror.pull', { set: 'app' });
  expect(run).toMatchObject({ bytes: plan.newBytes, bytesMoved: plan.newBytes });
  expect(await call('mirror.plan', { set: 'app' })).toMatchObject({ newBytes: 0, hereBytes: plan.newBytes });
});

test('a plan counts what an interrupted pull left of a blob as here', async () => {
  const name = await publish(source.host, 'slow:1', sampleImage({ sizes: [500_000] }));
  const set = await bed.save('slow', [name]);
  const before = await call('mirror.plan', { set });
  source.add({ ...endless, method: 'GET', path: /blobs/, bytesPerSecond: 200_000 });
  const { run } = await call('mirror.pull', { set, wait: false });
  await until(run.id, ({ bytesMoved }) => bytesMoved > 100_000);
  await call('mirror.pause', { id: run.id });
  source.heal();
  const { partialBytes } = await call('mirror.store', {});
  expect(partialBytes).toBeGreaterThan(50_000);
  const plan = await call('mirror.plan', { set });
  expect(plan.bytes).toBe(before.bytes);
  expect(plan.hereBytes).toBeGreaterThanOrEqual(partialBytes);
  expect(plan.newBytes).toBeLessThan(before.newBytes);
  // And that is what comes.
  const resumed = await call('mirror.resume', { id: run.id });
  expect(resumed.bytesMoved - run.bytesMoved).toBeGreaterThanOrEqual(plan.newBytes);
  expect(resumed).toMatchObject({ state: 'done', bytes: plan.bytes, bytesDone: plan.bytes });
});

test('what is made here is planned, too: plan, run, set and store name the same images', async () => {
  const dir = join(bed.folder, 'connected');
  mkdirSync(dir);
  const side = await startConnected({ dir });
  try {
    const address = side.registry;
    await call('mirror.addSite', { name: 'Internet', role: 'source', address, plainHttp: true });
    const yaml = readFileSync(side.imageSet, 'utf8').replace(/^releases:\n/m, 'releases:\n  components: [cli, etcd]\n');
    const { name: set, images, inStore } = await call('mirror.save', { yaml });
    expect([images, inStore]).toEqual([null, null]);
    const plan = await call('mirror.plan', { set });
    const { rows } = await call('mirror.planImages', { id: plan.id, limit: 500 });
    expect(plan.made.length).toBeGreaterThan(0);
    expect(rows.filter(({ madeOf }) => madeOf).map(({ name, madeOf, bytes }) => [name, madeOf, bytes])).toEqual(
      plan.made.map(({ name, of }) => [name, of, null]),
    );
    // Each is made of an image of the plan.
    const names = rows.map(({ name }) => name);
    expect(plan.made.filter(({ of }) => !names.includes(of))).toEqual([]);
    expect(plan.images).toBe(rows.length);
    const fetched = rows.length - plan.made.length;
    expect(plan.sentence).toContain(
      `${rows.length} images: ${fetched} to fetch or here already, ${plan.made.length} made`,
    );
    expect(plan.sentence).toMatch(/The \d+ files of the set \(such as signatures\)/);
    const { run } = await call('mirror.pull', { set });
    expect(run).toMatchObject({ state: 'done', images: plan.images, bytes: plan.bytes, bytesDone: plan.bytes });
    expect((await call('mirror.sets', {})).sets).toMatchObject([{ images: plan.images, inStore: plan.images }]);
    expect((await call('mirror.store', {})).images).toBe(plan.images);
    // The one more is the files of the set.
    const { run: bundle } = await call('mirror.export', { folder: bed.folder, sets: [set] });
    expect(bundle.images).toBe(plan.images + 1);
    const jobs = (await call('jobs.list', {})).jobs;
    expect(jobs.find(({ kind }) => kind === 'mirror.plan')).toMatchObject({ state: 'done', sentence: plan.sentence });
  } finally {
    await side.close();
  }
}, 120_000);
