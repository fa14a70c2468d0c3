import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../content/content-store.ts';
import { openStoreReader } from '../content/store-reader.ts';
import { digestOf } from '../digest.ts';
import { ociConfig } from '../media-types.ts';
import { createRegistry } from '../registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { allBytes, blobOf, manifestOf, pushImage, type SampleBlob, sampleIndex } from '../testing/sample-image.ts';
import type { ContentStore, Manifest, Registry } from '../types.ts';
import { createBlobPool } from './blob-pool.ts';
import { fetchImage } from './fetch-image.ts';
import { sendImage } from './send-image.ts';
import { createTarget } from './target.ts';

const run = promisify(execFile);
const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const absent =
  registryAbsent ||
  ['skopeo', 'umoci'].flatMap((each) => (has(each) ? [] : [` (skipped: no ${each}, apt-get install ${each})`]))[0] ||
  '';

/** An image that can be unpacked: one layer with one file. */
async function realImage(text: string, architecture: string): Promise<{ manifest: Manifest; blobs: SampleBlob[] }> {
  const tar = pack();
  tar.entry({ name: 'etc/what', mtime: new Date(0) }, text);
  tar.finalize();
  const content = await allBytes(tar as unknown as Parameters<typeof allBytes>[0]);
  const layer = blobOf(gzipSync(content));
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: [digestOf(content)] },
      }),
    ),
    ociConfig,
  );
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: config.descriptor,
    layers: [layer.descriptor],
  });
  return { manifest, blobs: [config, layer] };
}

describe.skipIf(absent !== '')(`skopeo and umoci beside us${absent}`, () => {
  const clock = systemClock();
  const pool = createBlobPool();
  let dir: string;
  let server: DockerRegistry;
  let registry: Registry;
  let store: ContentStore;
  let image: Awaited<ReturnType<typeof realImage>>;
  let index: Manifest;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-interop-'));
    server = await startDockerRegistry();
    registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: Math.random });
    store = await createContentStore({ root: join(dir, 'store'), clock });
    image = await realImage('from us', 'amd64');
    const other = await realImage('from us, elsewhere', 'arm64');
    index = sampleIndex([image.manifest, other.manifest]);
    await pushImage(registry, 'team/app', '1', image);
    await pushImage(registry, 'team/app', other.manifest.digest, other);
    await registry.putManifest('team/app', 'all', index);
  });
  afterAll(async () => {
    await store?.close();
    await registry?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const fetched = (tag: string) =>
    fetchImage({
      registry,
      repository: 'team/app',
      tagOrDigest: tag,
      name: `example.org/team/app:${tag}`,
      store,
      pool,
    });

  test('skopeo reads what we wrote, digests kept', async () => {
    await Promise.all([fetched('1'), fetched('all')]);
    const { stdout } = await run('skopeo', ['inspect', '--raw', `oci:${store.root}:example.org/team/app:1`]);
    expect(digestOf(stdout)).toBe(image.manifest.digest);
    const to = (name: string) => ['--dest-tls-verify=false', `docker://${server.host}/skopeo/${name}`];
    await run('skopeo', ['copy', '--all', '-q', `oci:${store.root}:example.org/team/app:all`, ...to('app:all')]);
    expect((await registry.resolve('skopeo/app', 'all'))?.digest).toBe(index.digest);
    const listed = JSON.parse(readFileSync(join(store.root, 'index.json'), 'utf8'));
    expect(listed.manifests).toHaveLength(2);
  });

  test('umoci lists and unpacks what we wrote', async () => {
    await fetched('1');
    const { stdout } = await run('umoci', ['ls', '--layout', store.root]);
    expect(stdout.split('\n')).toContain('example.org/team/app:1');
    const bundle = join(dir, 'bundle');
    await run('umoci', ['unpack', '--rootless', '--image', `${store.root}:example.org/team/app:1`, bundle]);
    expect(readFileSync(join(bundle, 'rootfs/etc/what'), 'utf8')).toBe('from us');
  });

  test('we read what skopeo wrote, byte for byte, and send it on', async () => {
    const layout = join(dir, 'of-skopeo');
    const source = `docker://${server.host}/team/app:all`;
    await run('skopeo', ['copy', '--all', '-q', '--src-tls-verify=false', source, `oci:${layout}:some/name:1`]);
    const reader = await openStoreReader(layout);
    expect(reader.roots().map(({ name, descriptor }) => [name, descriptor.digest])).toEqual([
      ['some/name:1', index.digest],
    ]);
    for (const { descriptor, bytes } of image.blobs) expect(await reader.bytes(descriptor.digest)).toEqual(bytes);
    await sendImage({
      store: reader,
      name: 'some/name:1',
      target: createTarget(registry),
      repository: 'back/app',
      tag: '1',
      pool,
    });
    expect((await registry.resolve('back/app', '1'))?.digest).toBe(index.digest);
  });

  test('we take over a layout that umoci wrote; it goes on working in it', async () => {
    const layout = join(dir, 'of-umoci');
    await run('umoci', ['init', '--layout', layout]);
    await run('umoci', ['new', '--image', `${layout}:made`]);
    const root = join(dir, 'tree');
    mkdirSync(root);
    writeFileSync(join(root, 'file'), 'by umoci');
    await run('umoci', ['insert', '--rootless', '--image', `${layout}:made`, root, '/tree']);
    const taken = await createContentStore({ root: layout, clock });
    const [made] = taken.roots();
    expect(made?.name).toBe('made');
    const before = new Set(readdirSync(join(layout, 'blobs/sha256')));
    expect(taken.digests()).toHaveLength(before.size);
    await taken.put(Buffer.from('{"nobody":"needs this"}'));
    // umoci leaves what `new` made before `insert`; ours goes as well.
    await taken.prune(false);
    await sendImage({
      store: taken,
      name: 'made',
      target: createTarget(registry),
      repository: 'umoci/app',
      tag: '1',
      pool,
    });
    await taken.close();
    expect((await registry.resolve('umoci/app', '1'))?.digest).toBe(made?.descriptor.digest);
    const bundle = join(dir, 'unpacked');
    await run('umoci', ['unpack', '--rootless', '--image', `${layout}:made`, bundle]);
    expect(readFileSync(join(bundle, 'rootfs/tree/file'), 'utf8')).toBe('by umoci');
    await run('umoci', ['gc', '--layout', layout]);
    expect((await openStoreReader(layout)).digests()).toHaveLength(3);
  });
});
