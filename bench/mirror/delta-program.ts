import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createContentStore } from '../../main/images/content/content-store.ts';
import { digestOf } from '../../main/images/digest.ts';
import { ociConfig, ociLayer, ociManifest } from '../../main/images/media-types.ts';
import type { ContentStore, Descriptor, StoreRoot } from '../../main/images/types.ts';
import { exportBundle } from '../../main/mirror/bundle/export.ts';
import { importBundle } from '../../main/mirror/bundle/import.ts';
import { signingKeyOf } from '../../main/mirror/bundle/keys.ts';
import { systemClock } from '../../shared/clock.ts';

/**
 * `delta-program.ts DIR`: a store of 10 GiB (ten sparse layers of real digests) whose site has all of it; one layer of 256 MiB changes
 * and travels as a delta. Prints {layerBytes, diskBytes, exportMs, importMs, rssMb}; rssMb is the most since the start.
 */
const [dir = ''] = process.argv.slice(2);
const gib = 1024 ** 3;
const layerBytes = gib / 4;
const open = (root: string): Promise<ContentStore> => createContentStore({ root, clock: systemClock() });
const descriptor = (mediaType: string, bytes: Buffer): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

/** Ten files of zeros, each a byte longer than the one before: each with a digest of its own, none with a block on the disk. */
function sparseLayers(root: string): Descriptor[] {
  const folder = join(root, 'blobs/sha256');
  mkdirSync(folder, { recursive: true });
  const zeros = Buffer.alloc(1024 * 1024);
  const hash = createHash('sha256');
  for (let at = 0; at < gib; at += zeros.length) hash.update(zeros);
  return Array.from({ length: 10 }, (_, index) => {
    const size = gib + index;
    const hex = hash.copy().update(zeros.subarray(0, index)).digest('hex');
    writeFileSync(join(folder, 'new'), '');
    truncateSync(join(folder, 'new'), size);
    renameSync(join(folder, 'new'), join(folder, hex));
    return { mediaType: ociLayer, digest: `sha256:${hex}`, size };
  });
}

async function list(store: ContentStore, layers: readonly Descriptor[]): Promise<StoreRoot> {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64' }));
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config: descriptor(ociConfig, config), layers }),
  );
  for (const bytes of [config, manifest]) await store.put(bytes);
  const root = { name: 'quay.io/bench/big:1', descriptor: descriptor(ociManifest, manifest), annotations: {} };
  await store.setRoot(root);
  return root;
}

async function changedLayer(store: ContentStore): Promise<Descriptor> {
  const bytes = randomBytes(1024 * 1024);
  const hash = createHash('sha256');
  const count = layerBytes / bytes.length;
  // The number of the part makes it differ from the last one.
  const part = (index: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32BE(index);
    return copy;
  };
  for (let index = 0; index < count; index += 1) hash.update(part(index));
  const layer: Descriptor = { mediaType: ociLayer, digest: `sha256:${hash.digest('hex')}`, size: layerBytes };
  function* parts(): Generator<Buffer> {
    for (let index = 0; index < count; index += 1) yield part(index);
  }
  await store.write(layer, async () => ({ body: Readable.from(parts(), { highWaterMark: 1 }), offset: 0 }));
  return layer;
}

const folders = { from: join(dir, 'from'), site: join(dir, 'site'), disk: join(dir, 'disk') };
mkdirSync(folders.disk);
const layers = sparseLayers(folders.from);
let store = await open(folders.from);
await list(store, layers);
await store.close();
execFileSync('cp', ['-a', '--sparse=always', folders.from, folders.site]);

store = await open(folders.from);
const site = await open(folders.site);
const known = new Set(site.digests());
await list(store, [...layers, await changedLayer(store)]);
const { privateKey } = generateKeyPairSync('ed25519');
const key = signingKeyOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
let begun = performance.now();
const made = await exportBundle({
  store,
  folders: [folders.disk],
  roots: store.roots(),
  known,
  base: 'inventory',
  madeAt: new Date().toISOString(),
  madeBy: 'bench',
  key,
});
const exportMs = performance.now() - begun;
const path = made.paths[0] ?? '';
const diskBytes = readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
begun = performance.now();
const { state } = await importBundle({
  store: site,
  folders: [folders.disk],
  trusted: [{ publicKey: key.publicKey, ours: true }],
});
const importMs = performance.now() - begun;
if (state !== 'done') throw new Error(`the import ended as ${state}`);
await store.close();
await site.close();
const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
const rssMb = Number(peak) / 1024;
process.stdout.write(`${JSON.stringify({ layerBytes, diskBytes, exportMs, importMs, rssMb, from: made.readBack })}\n`);
