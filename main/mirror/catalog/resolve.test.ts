import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { CatalogSet } from '../../../shared/contract/image-set.ts';
import { createContentStore } from '../../images/content/content-store.ts';
import { digestOf } from '../../images/digest.ts';
import { parseReference } from '../../images/reference.ts';
import type { ContentStore, Descriptor, ImageSource } from '../../images/types.ts';
import { placed } from './bundle-images.ts';
import { rebuildCatalog } from './rebuild.ts';
import { resolveCatalog } from './resolve.ts';
import { manifestOf, putCatalog, putIndex } from './testing/catalog-fixture.ts';
import { imageOf, sampleFiles } from './testing/sample-catalog.ts';

let folder: string;
let store: ContentStore;
let catalog: Descriptor;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resolve-'));
  store = await createContentStore({ root: folder, clock: systemClock() });
  catalog = await putCatalog(store, { files: sampleFiles() });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The store as a repository whose tag v4.12 is the catalog. */
const source = (root = catalog): ImageSource => ({
  manifest: (wanted) => (wanted === 'v4.12' ? manifestOf(store, root) : store.manifest(wanted)),
  blob: (blob, options) => store.blob(blob, options),
});
const image = 'registry.example.com/olm/catalog:v4.12';
const resolve = (set: object, from = source()) => resolveCatalog(CatalogSet.parse({ image, ...set }), from);

describe('a filtered catalog', () => {
  test('is pinned, kept under its digest, and to be rebuilt under its tag', async () => {
    const { images, rebuilt, warnings } = await resolve({ packages: [{ name: 'kmm' }] });
    expect(images[0]).toEqual({
      name: `registry.example.com/olm/catalog:v4.12@${catalog.digest}`,
      category: 'catalog',
      target: { repository: 'olm/catalog', tag: catalog.digest.replace(':', '-') },
      sources: ['registry.example.com/olm/catalog'],
      by: 'digest',
      facts: { catalog: image, role: 'base' },
    });
    expect(rebuilt).toMatchObject({
      name: 'bastion.local/catalogs/olm/catalog:v4.12',
      base: images[0]?.name,
      target: { repository: 'olm/catalog', tag: 'v4.12' },
      sentence: '3 packages, 3 channels, 3 bundles',
    });
    expect(warnings).toHaveLength(4);
  });
  test('what rebuilt says, after a way through JSON, is all that rebuilding needs', async () => {
    const { rebuilt } = await resolve({ packages: [{ name: 'widgets' }], target: 'site/widgets:v1' });
    const { selection, source: name, target } = JSON.parse(JSON.stringify(rebuilt)) as NonNullable<typeof rebuilt>;
    const made = await rebuildCatalog({ source: store, manifest: await manifestOf(store, catalog) }, selection, store, {
      name,
    });
    const again = await resolveCatalog(CatalogSet.parse({ image, full: true }), source(made));
    expect(target).toEqual({ repository: 'site/widgets', tag: 'v1' });
    expect(again.images.map((one) => one.name)).toEqual([
      `${image}@${made.digest}`,
      imageOf('operators/widgets-bundle', 'widgets.v0.3.0'),
    ]);
  });
});

describe('images', () => {
  test('bundles and related images once each, with who needs them; empty ones counted', async () => {
    const { images, warnings } = await resolve({ packages: [{ name: 'kmm', from: '2.0.0' }], dependencies: false });
    const operator = images.filter(({ category }) => category === 'operator');
    expect(operator).toHaveLength(5);
    const both = operator.find(({ name }) => name.includes('/proxy:v4.12@sha256:'));
    expect(both).toMatchObject({
      by: 'digest',
      neededBy: ['kmm.v2.0.0', 'kmm.v2.1.0'],
      sources: ['registry.example.com/operators/proxy'],
    });
    expect(both?.target.tag).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(warnings).toEqual(['2 related images of bundles are empty in the catalog and are passed over.']);
  });
  test('the whole catalog keeps its tag and is not rebuilt', async () => {
    const { images, rebuilt } = await resolve({ full: true });
    expect(rebuilt).toBeUndefined();
    expect(images[0]).toMatchObject({
      target: { repository: 'olm/catalog', tag: 'v4.12' },
      facts: { role: 'catalog' },
    });
    expect(images).toHaveLength(1 + 5 + 5 + 1 + 3 + 1);
  });
  test('a channel that names a bundle that is not there is told', async () => {
    const text = sampleFiles()['widgets/catalog.json']!.replaceAll('olm.bundle', 'example.com/gone');
    const broken = await putCatalog(store, { files: { 'widgets/catalog.json': text } });
    const { warnings } = await resolve({ packages: [{ name: 'widgets' }] }, source(broken));
    expect(warnings).toEqual([expect.stringContaining('A channel names widgets/widgets.v0.3.0, which the catalog')]);
  });
  test('what is no plain file in the catalog is told, not passed over in silence', async () => {
    const linked = await putCatalog(store, { files: sampleFiles(), links: { 'more/catalog.json': '/elsewhere.json' } });
    const { warnings } = await resolve({ full: true }, source(linked));
    expect(warnings).toContainEqual(expect.stringMatching(/more\/catalog\.json .*symlink/));
  });
  test('an index is read by one of its platforms', async () => {
    const index = await putIndex(store, sampleFiles(), ['s390x', 'amd64']);
    const { images } = await resolve({ packages: [{ name: 'widgets' }] }, source(index));
    expect(images[0]?.name).toBe(`${image}@${index.digest}`);
  });
});

test('a target with a digest is refused', async () => {
  const target = `a/b@${catalog.digest}`;
  await expect(resolve({ target, packages: [{ name: 'kmm' }] })).rejects.toThrow('names a digest');
});

test('what a bundle names by sha512 goes under a tag that registries take', () => {
  expect(placed(parseReference(`quay.io/a/b@${digestOf('x', 'sha512')}`)).target.tag).toMatch(/^[\w.-]{1,128}$/);
});
