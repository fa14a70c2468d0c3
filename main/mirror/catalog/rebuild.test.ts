import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import { readManifest } from '../../images/manifest.ts';
import type { ContentStore, Descriptor } from '../../images/types.ts';
import type { ImageConfig } from '../made-image/image-config.ts';
import { catalogFiles, openCatalogImage } from './catalog-image.ts';
import { rebuildCatalog } from './rebuild.ts';
import type { Selection } from './selection.ts';
import { manifestOf, putCatalog, putIndex } from './testing/catalog-fixture.ts';
import { kmm, sampleFiles } from './testing/sample-catalog.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const without = (program: string) =>
  has(program) ? '' : ` (skipped: no ${program}; Debian's package ${program} has it)`;

const tool = (program: string, words: string[]) => execFileSync(program, words, { encoding: 'utf8', stdio: 'pipe' });

const selection: Selection = {
  packages: {
    'cert-tools': { defaultChannel: 'v1', channels: { v1: ['cert-tools.v1.5.0'] } },
    kmm: { defaultChannel: 'stable', channels: { stable: ['kmm.v2.0.0', 'kmm.v2.1.0'] } },
    widgets: { defaultChannel: 'alpha', channels: { alpha: ['widgets.v0.3.0'] } },
  },
};
const name = 'registry.example.com/olm/catalog';

let folder: string;
let store: ContentStore;
const open = (root: string) => createContentStore({ root, clock: systemClock() });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'catalog-'));
  store = await open(join(folder, 'store'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rebuild(base: Descriptor, into = store, platforms: string[] = []): Promise<Descriptor> {
  const manifest = await manifestOf(store, base);
  return rebuildCatalog({ source: store, manifest }, selection, into, { name, platforms });
}

async function filesOf(image: Descriptor): Promise<Record<string, string>> {
  const opened = await openCatalogImage(store, await manifestOf(store, image));
  const found: Record<string, string> = {};
  for await (const { path, bytes } of catalogFiles(store, opened)) found[path] = bytes.toString();
  return found;
}

test('what stays of the files keeps its bytes; the rest is gone', async () => {
  const made = await rebuild(await putCatalog(store, { files: sampleFiles() }));
  const files = await filesOf(made);
  expect(Object.keys(files).sort()).toEqual(['cert-tools/index.yaml', 'kmm/catalog.json', 'widgets/catalog.json']);
  expect(files['widgets/catalog.json']).toBe(`${sampleFiles()['widgets/catalog.json']}\n`);
  expect(files['kmm/catalog.json']).toContain(JSON.stringify(kmm[0], null, 4));
  expect(files['kmm/catalog.json']).not.toMatch(/release-1|kmm\.v1\.2\.0",\n {4}"package|olm\.deprecations/);
  expect(files['cert-tools/index.yaml']?.split('---\n')).toHaveLength(4);
});

test('the same input gives the same digest, whoever holds it', async () => {
  const base = await putCatalog(store, { files: sampleFiles() });
  const first = await rebuild(base);
  const other = await open(join(folder, 'other'));
  const second = await rebuild(base, other);
  await other.close();
  expect(second).toEqual(first);
  expect(await rebuild(await putCatalog(store, { files: { ...sampleFiles(), 'kmm/more.json': '' } }))).not.toEqual(
    first,
  );
});

test('manifest and configuration: base layers stay, one more, its origin named, no cache in the command', async () => {
  const base = await putCatalog(store, { files: sampleFiles(), docker: true });
  const made = await rebuild(base);
  const [before, after] = [readManifest(await manifestOf(store, base)), readManifest(await manifestOf(store, made))];
  expect(after.layers.slice(0, 3).map(({ digest }) => digest)).toEqual(before.layers.map(({ digest }) => digest));
  expect(after.layers.map(({ mediaType }) => mediaType)).toEqual(
    Array(4).fill('application/vnd.oci.image.layer.v1.tar+gzip'),
  );
  expect(after.annotations).toEqual({
    'org.opencontainers.image.base.digest': base.digest,
    'org.opencontainers.image.base.name': name,
  });
  const config = JSON.parse((await store.bytes(after.config!.digest)).toString()) as ImageConfig;
  expect(config.config).toMatchObject({
    Entrypoint: ['/bin/opm'],
    Cmd: ['serve', '/configs'],
    Labels: { vendor: 'example' },
  });
  expect(config.rootfs?.diff_ids).toHaveLength(4);
  expect(config.history).toHaveLength(4);
});

test('an index stays one: every platform, without attestations, one layer for all', async () => {
  const base = await putIndex(store, sampleFiles(), ['arm64', 'amd64', 's390x']);
  const made = await rebuild(base);
  const { children, annotations } = readManifest(await manifestOf(store, made));
  expect(children.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64', 's390x']);
  expect(annotations['org.opencontainers.image.base.digest']).toBe(base.digest);
  const tops = await Promise.all(
    children.map(async (child) => readManifest(await manifestOf(store, child)).layers.at(-1)),
  );
  expect(new Set(tops.map((top) => top?.digest)).size).toBe(1);
  const arm = readManifest(await manifestOf(store, await rebuild(base, store, ['linux/arm64']))).children;
  expect(arm.map(({ platform }) => platform?.architecture)).toEqual(['arm64']);
  await expect(rebuild(base, store, ['linux/mips'])).rejects.toThrow('it has linux/arm64, linux/amd64, linux/s390x');
});

test('an image without the label is no catalog', async () => {
  const image = await putCatalog(store, { files: {} });
  const { config } = readManifest(await manifestOf(store, image));
  const text = (await store.bytes(config!.digest)).toString().replace('index.configs.v1', 'index.database.v1');
  const bytes = Buffer.from(text);
  const manifest = JSON.parse((await store.bytes(image.digest)).toString());
  manifest.config = { ...manifest.config, digest: await store.put(bytes), size: bytes.length };
  const digest = await store.put(Buffer.from(JSON.stringify(manifest)));
  await expect(rebuild({ ...image, digest })).rejects.toThrow('no file-based catalog');
});

/** Paths and modes of a folder, without what is in /tmp itself. */
const tree = (root: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), (statSync(path).mode & 0o7777).toString(8)];
    }),
  );

const unpacked = {
  bin: '755',
  'bin/opm': '755',
  tmp: '1777',
  configs: '755',
  'configs/cert-tools': '755',
  'configs/cert-tools/index.yaml': '644',
  'configs/kmm': '755',
  'configs/kmm/catalog.json': '644',
  'configs/widgets': '755',
  'configs/widgets/catalog.json': '644',
};

describe('other programs unpack it: filtered files, readable by all, no cache, /tmp as open as before', () => {
  const root = async (image: Descriptor) => {
    await store.setRoot({ name: 'registry.example.com/olm/catalog:v1', descriptor: image, annotations: {} });
    const files = await filesOf(image);
    return (path: string) => {
      expect(tree(path)).toEqual(unpacked);
      for (const [file, text] of Object.entries(files)) {
        expect(readFileSync(join(path, 'configs', file), 'utf8')).toBe(text);
      }
    };
  };
  test.skipIf(!has('umoci') || !has('skopeo'))(`umoci${without('umoci')}${without('skopeo')}`, async () => {
    const check = await root(await rebuild(await putCatalog(store, { files: sampleFiles() })));
    const copy = join(folder, 'layout');
    tool('skopeo', [
      'copy',
      '-q',
      '--insecure-policy',
      `oci:${store.root}:registry.example.com/olm/catalog:v1`,
      `oci:${copy}:x`,
    ]);
    tool('umoci', ['unpack', '--rootless', '--image', `${copy}:x`, join(folder, 'bundle')]);
    check(join(folder, 'bundle/rootfs'));
  });
  const root0 = process.getuid?.() === 0;
  test.skipIf(!has('buildah') || !root0)(
    `buildah${without('buildah')}${root0 ? '' : ' (skipped: needs root)'}`,
    async () => {
      const check = await root(await rebuild(await putCatalog(store, { files: sampleFiles() })));
      const [graph, state] = [join(folder, 'b'), join(folder, 'br')];
      const run = (...words: string[]) =>
        tool('buildah', ['--root', graph, '--runroot', state, '--storage-driver', 'overlay', ...words]).trim();
      const kept = `containers-storage:[overlay@${graph}+${state}]localhost/catalog:v1`;
      tool('skopeo', [
        'copy',
        '-q',
        '--insecure-policy',
        `oci:${store.root}:registry.example.com/olm/catalog:v1`,
        kept,
      ]);
      const container = run('from', '--pull-never', 'localhost/catalog:v1');
      try {
        check(run('mount', container));
      } finally {
        run('umount', container);
        run('rm', container);
        run('rmi', '--all', '--force');
      }
    },
  );
});
