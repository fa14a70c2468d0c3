import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { openStoreView } from './store-view.ts';
import { addImage, addIndex, addLayer } from './synthetic/image.ts';
import { createLayoutWriter } from './synthetic/layout-writer.ts';
import type { Descriptor } from './types.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-view-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const name = 'org.opencontainers.image.ref.name';

function image(layout: ReturnType<typeof createLayoutWriter>, text: string, architecture: 'amd64' | 'arm64' = 'amd64') {
  const layers = [addLayer(layout, 'oci', [{ name: 'file', bytes: text }])];
  return addImage(layout, { flavour: 'oci', layers, architecture });
}

test('a sparse index, attachments in either list, referrers; each blob only in the repositories that reach it', async () => {
  const layout = createLayoutWriter(folder);
  const one = image(layout, 'one');
  const gone = { ...one, digest: digestOf('not in the store') };
  const index = addIndex(layout, 'oci', [
    ['amd64', one],
    ['arm64', gone],
  ]);
  const [signature, list] = [image(layout, 'a signature'), image(layout, 'an attestation')];
  const other = image(layout, 'other');
  const { size, digest, mediaType } = index;
  const referrer = layout.blob(
    JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], subject: { mediaType, digest, size } }),
    mediaType,
  );
  const roots: [Descriptor, Record<string, string>][] = [
    [
      index,
      {
        [name]: 'quay.io/a/b:1',
        'bastion.kmm/target': 'site/b:1-amd64',
        'bastion.kmm/image': JSON.stringify({ attached: [{ digest: signature.digest, tag: 'sha256-x.sig' }] }),
        'bastion.kmm/attached': JSON.stringify([{ digest: list.digest, tag: 'sha256-x.att' }, { digest: 'nonsense' }]),
      },
    ],
    [
      other,
      {
        [name]: 'quay.io/other:2',
        'bastion.kmm/attached': 'no JSON',
        'bastion.kmm/image': JSON.stringify({ facts: { alsoAt: 'other:2.1 team/other:2' } }),
      },
    ],
    [referrer, { [name]: `quay.io/a/b@${referrer.digest}` }],
    [other, {}],
  ];
  const manifests = roots.map(([descriptor, annotations]) => ({ ...descriptor, annotations }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  const view = openStoreView(folder);
  expect(await view.repositories()).toEqual(['a/b', 'other', 'site/b', 'team/other']);
  expect([await view.tags('other'), await view.tags('team/other')]).toEqual([['2', '2.1'], ['2']]);
  expect(await view.tags('site/b')).toEqual(['1-amd64', 'sha256-x.att', 'sha256-x.sig']);
  expect(await view.manifest('site/b', one.digest)).toEqual(one);
  expect(await view.manifest('site/b', gone.digest)).toBeUndefined();
  expect((await view.manifests('site/b')).map((each) => each.digest)).toContain(referrer.digest);
  expect(await view.manifest('other', one.digest)).toBeUndefined();
  expect(await view.blob('other', one.digest)).toBeUndefined();
  expect(await view.blob('site/b', one.digest)).toBe(one.size);
});

test('a store without an index serves nothing; a damaged index leaves what was good before', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'store-view-empty-'));
  const view = openStoreView(empty);
  expect(await view.repositories()).toEqual([]);
  const layout = createLayoutWriter(empty);
  layout.root('quay.io/a:1', image(layout, 'a'));
  await layout.save();
  expect(await view.repositories()).toEqual(['a']);
  writeFileSync(join(empty, 'index.json'), '{"manifests": [');
  expect(await view.repositories()).toEqual(['a']);
  rmSync(empty, { recursive: true });
});
