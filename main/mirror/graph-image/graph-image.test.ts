import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectedSide, startConnected } from '../../../lab/registry/synthetic/connected-side.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import { readManifest } from '../../images/manifest.ts';
import type { Digest } from '../../images/types.ts';
import { type TestEngine, testEngine } from '../../testing/test-engine.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const without = (program: string) =>
  has(program) ? '' : ` (skipped: no ${program}; Debian's package ${program} has it)`;

const dir = mkdtempSync(join(tmpdir(), 'graph-image-'));
const made = 'bastion.local/openshift/graph-image:latest';
let side: ConnectedSide;
let data: string;
const engines: TestEngine[] = [];
beforeAll(async () => {
  side = await startConnected({ dir: join(dir, 'connected') });
  data = /data: (\S+)/.exec(readFileSync(side.imageSet, 'utf8'))![1]!;
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await side.close();
  rmSync(dir, { recursive: true, force: true });
});

let count = 0;
let engine: TestEngine;
let home: string;
beforeEach(async () => {
  await start();
});
async function start(): Promise<void> {
  home = join(dir, `home-${++count}`);
  engine = testEngine(home);
  engines.push(engine);
  await engine.typed('mirror.addSite', { name: 'C', role: 'source', address: side.registry, plainHttp: true });
}
const save = (place = data, more = '', rest = '') =>
  engine.typed('mirror.save', {
    yaml: `apiVersion: bastion.kmm/v1
kind: ImageSet
name: graph
releases:
  graphImage: { base: "${side.registry}/ubi9/ubi:latest", data: "${place}" }
${more}${rest}`,
  });
const pull = async () => (await engine.typed('mirror.pull', { set: 'graph' })).run;
const images = async () => (await engine.typed('mirror.images', { limit: 100 })).rows;
const digestOf = async () => (await images()).find(({ name }) => name === made)?.digest as Digest;
const open = () => createContentStore({ root: join(home, 'store'), clock: systemClock() });

test('planned, then made of the pinned base of one architecture; the same again, here and elsewhere', async () => {
  await save();
  const plan = await engine.typed('mirror.plan', { set: 'graph' });
  expect(plan).toMatchObject({ images: 2, failed: 0, gaps: [] });
  expect(plan.warnings).toEqual([
    expect.stringMatching(/^A graph-data image is made of .*: 6 files .*format 1\.1\.0\.$/),
  ]);
  expect(await pull()).toMatchObject({ state: 'done', images: 2, imagesFailed: 0 });
  expect((await images()).map(({ category, name }) => `${category} ${name.replace(/@.*/, '')}`).sort()).toEqual([
    `graph ${side.registry}/ubi9/ubi:latest`,
    `graph ${made}`,
  ]);
  const digest = await digestOf();
  await pull();
  expect(await digestOf()).toBe(digest);
  await start();
  await save();
  await pull();
  expect(await digestOf()).toBe(digest);
});

test('layers of the base and one more, its command copies the data; the file that travels is that layer', async () => {
  await save();
  await pull();
  const digest = await digestOf();
  await engine.close();
  engines.splice(engines.indexOf(engine), 1);
  const store = await open();
  try {
    const base = store.roots().find(({ name }) => name.includes('/ubi9/ubi:latest@'))!;
    const [before, after] = [
      readManifest(await store.manifest(base.descriptor.digest)),
      readManifest(await store.manifest(digest)),
    ];
    expect(after.kind).not.toBe('index');
    expect(after.layers.slice(0, -1).map((layer) => layer.digest)).toEqual(before.layers.map((layer) => layer.digest));
    expect(after.annotations).toMatchObject({
      'org.opencontainers.image.base.digest': base.descriptor.digest,
      'org.opencontainers.image.base.name': `${side.registry}/ubi9/ubi`,
    });
    const config = JSON.parse(String(await store.bytes(after.config!.digest))) as { config: object };
    expect(config.config).toEqual({
      Labels: { name: 'ubi9/ubi' },
      Cmd: ['/bin/bash', '-c', 'exec cp -rp /var/lib/cincinnati-graph-data/* /var/lib/cincinnati/graph-data'],
    });
    const files = store.roots().find(({ name }) => name === 'bastion.local/set-files/graph:latest')!;
    const carried = readManifest(await store.manifest(files.descriptor.digest)).layers;
    expect(carried.map((layer) => layer.digest)).toEqual([after.layers.at(-1)!.digest]);
    expect(gunzipSync(await store.bytes(carried[0]!.digest)).toString('latin1')).toContain('ustar');
  } finally {
    await store.close();
  }
});

test('several architectures: an index, the same layer on each', async () => {
  await save(data, '  architectures: [amd64, arm64]\n');
  expect(await pull()).toMatchObject({ state: 'done', imagesFailed: 0 });
  const digest = await digestOf();
  await engine.close();
  engines.splice(engines.indexOf(engine), 1);
  const store = await open();
  try {
    const { children } = readManifest(await store.manifest(digest));
    expect(children.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
    const tops = await Promise.all(
      children.map(async (child) => readManifest(await store.manifest(child.digest)).layers.at(-1)?.digest),
    );
    expect(new Set(tops).size).toBe(1);
  } finally {
    await store.close();
  }
});

test('other data: another image under the same name, the former one is listed no more', async () => {
  const file = join(dir, 'data.tar.gz');
  writeFileSync(file, Buffer.from(await (await fetch(data)).arrayBuffer()));
  await save(file);
  await pull();
  const [first, listed] = [await digestOf(), (await images()).length];
  const tar = gunzipSync(readFileSync(file));
  const at = tar.indexOf('to: 4.12.5');
  tar.write('to: 4.12.4', at);
  writeFileSync(file, tar);
  await pull();
  expect(await digestOf()).not.toBe(first);
  expect((await images()).length).toBe(listed);
});

test('data that can’t be had, or a base that can’t, is a gap beside the rest', async () => {
  const rest = `images:\n  - name: ${side.registry}/rhel8/support-tools:latest\n`;
  for (const [place, base, why] of [
    [join(dir, 'none.tar.gz'), 'ubi9/ubi:latest', 'There is no file'],
    [side.key, 'ubi9/ubi:latest', "can't be unpacked"],
    [data, 'ubi9/gone:latest', 'ubi9/gone'],
  ] as const) {
    await save(place, '', rest);
    const { yaml } = await engine.typed('mirror.set', { name: 'graph' });
    await engine.typed('mirror.save', { yaml: yaml.replace('ubi9/ubi:latest', base) });
    const plan = await engine.typed('mirror.plan', { set: 'graph' });
    expect(plan.gaps).toEqual([{ name: 'openshift/graph-image:latest', reason: expect.stringContaining(why) }]);
    const run = await pull();
    expect(run).toMatchObject({ imagesFailed: 1, imagesDone: 1 });
    expect((await images()).map(({ category }) => category)).toEqual(['additional']);
  }
});

describe('other programs read it', () => {
  test.skipIf(!has('umoci') || !has('skopeo'))(`skopeo and umoci${without('umoci')}${without('skopeo')}`, async () => {
    await save();
    await pull();
    const copy = join(dir, 'copy');
    const tool = (program: string, words: string[]) => execFileSync(program, words, { stdio: 'pipe' });
    tool('skopeo', ['copy', '-q', '--insecure-policy', `oci:${join(home, 'store')}:${made}`, `oci:${copy}:x`]);
    tool('umoci', ['unpack', '--rootless', '--image', `${copy}:x`, join(dir, 'bundle')]);
    const root = join(dir, 'bundle/rootfs/var/lib/cincinnati-graph-data');
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const { mode, mtimeMs } = statSync(join(entry.parentPath, entry.name));
      expect([entry.name, (mode & 0o7777).toString(8), mtimeMs]).toEqual([
        entry.name,
        entry.isFile() ? '644' : '755',
        0,
      ]);
    }
    expect(entries.filter((entry) => entry.isFile()).length).toBe(6);
    expect(readFileSync(join(root, 'channels/stable-4.12.yaml'), 'utf8')).toBe(
      'name: stable-4.12\nversions:\n- 4.12.3\n- 4.12.6\n',
    );
    const { process } = JSON.parse(readFileSync(join(dir, 'bundle/config.json'), 'utf8')) as {
      process: { args: string[] };
    };
    expect(process.args.slice(0, 2)).toEqual(['/bin/bash', '-c']);
  });
});
