import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registryProcess } from '../../hosts/registry-process.ts';
import { startFaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { sampleImage } from '../../images/testing/sample-image.ts';
import type { RegistryLauncher, RunningProgram } from '../../practice/registry-launcher.ts';
import { refusal, type TestEngine, testEngine } from '../../testing/test-engine.ts';
import { publish } from '../testing/mirror-bed.ts';

let folder: string;
let engine: TestEngine;
let started: RunningProgram[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serving-'));
  started = [];
  // The real programs, and a note of what was started.
  const real = registryProcess({ execPath: process.execPath });
  const noted = <T extends RunningProgram>(program: T) => {
    started.push(program);
    return program;
  };
  const launcher: RegistryLauncher = {
    serve: async (options) => noted(await real.serve(options)),
    connected: async (options) => noted(await real.connected(options)),
  };
  engine = testEngine(join(folder, 'home'), launcher);
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the store is served on this laptop, once, and what comes meanwhile is there', async () => {
  const call = engine.typed;
  expect(await refusal(() => call('mirror.serve', {}))).toMatchObject({ code: 'store.empty' });
  expect(await call('mirror.serving', {})).toMatchObject({ running: false });
  const source = await startFaultyRegistry();
  await call('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
  const image = sampleImage();
  const save = (names: string[]) =>
    call('mirror.save', {
      yaml: `apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: s\nimages:\n${names.map((name) => `  - name: ${name}\n`).join('')}`,
    });
  const names = [await publish(source.host, 'team/a:1', image)];
  await save(names);
  await call('mirror.pull', { set: 's' });

  expect(await refusal(() => call('mirror.serve', { listen: 'my laptop' }))).toMatchObject({ code: 'serve.listen' });
  const [first, second] = await Promise.allSettled([call('mirror.serve', {}), call('mirror.serve', {})]);
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
  expect(started.length).toBe(1);
  const { address, running, images } = await call('mirror.serving', {});
  expect({ running, images }).toEqual({ running: true, images: 1 });
  const ask = (path: string) =>
    fetch(`http://${address}/v2/${path}`, { headers: { accept: image.manifest.mediaType } });
  const manifest = await ask('team/a/manifests/1');
  expect(Buffer.from(await manifest.arrayBuffer()).equals(image.manifest.bytes)).toBe(true);
  const layer = image.blobs[1]!;
  const blob = await ask(`team/a/blobs/${layer.descriptor.digest}`);
  expect(Buffer.from(await blob.arrayBuffer()).equals(layer.bytes)).toBe(true);

  names.push(await publish(source.host, 'team/b:1'));
  await save(names);
  await call('mirror.pull', { set: 's' });
  await expect.poll(async () => (await ask('team/b/manifests/1')).status, { timeout: 10_000 }).toBe(200);
  await source.stop();
  await call('mirror.stopServing', {});
  expect(await call('mirror.serving', {})).toMatchObject({ running: false });
  await call('mirror.serve', {});
  expect(await call('mirror.serving', {})).toMatchObject({ tls: false, ca: '' });
  // A program that ends by itself is noticed.
  await started[1]!.stop();
  await expect.poll(async () => (await call('mirror.serving', {})).running, { timeout: 5_000 }).toBe(false);
  // Who asks later is told the authority, too; the password only who started it.
  const open = await call('mirror.serve', { listen: '0.0.0.0' });
  expect(await call('mirror.serving', {})).toMatchObject({ user: open.user, tls: true, ca: open.ca });
  expect(open.ca).toContain('BEGIN CERTIFICATE');
}, 40_000);

test('the practice is started once, keeps its entries, and comes again when one of its programs ended', async () => {
  const call = engine.typed;
  const [one, two] = await Promise.all([call('mirror.practice', {}), call('mirror.practice', {})]);
  expect(two).toEqual(one);
  expect(started.length).toBe(2);
  expect((await call('mirror.plan', { set: one.set })).failed).toBe(0);
  // What was forgotten meanwhile is there again, what was changed stays.
  await call('mirror.forget', { name: one.set });
  await call('mirror.removeSite', { id: one.site });
  await call('mirror.editSite', { id: one.source, name: 'Renamed' });
  const back = await call('mirror.practice', {});
  expect((await call('mirror.plan', { set: back.set, site: back.site })).failed).toBe(0);
  expect((await call('mirror.sites', {})).sites.map(({ name }) => name)).toContain('Renamed');
  await call('mirror.editSite', { id: one.source, name: 'Practice: connected side' });
  await started[1]!.stop();
  await started[0]!.exited;
  const again = await call('mirror.practice', {});
  expect(again).toEqual(back);
  expect(started.length).toBe(4);
  expect((await call('mirror.sites', {})).sites.length).toBe(2);
}, 40_000);
