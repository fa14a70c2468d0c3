import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../content/content-store.ts';
import { ociConfig } from '../media-types.ts';
import { createRegistry } from '../registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { allBytes, blobOf, descriptorOf, pushImage, sampleImage, sampleIndex } from '../testing/sample-image.ts';
import type { ContentStore, Descriptor, Digest, Registry } from '../types.ts';
import { createBlobPool } from './blob-pool.ts';
import { copyImage } from './copy-image.ts';
import { fetchImage } from './fetch-image.ts';
import { sendImage } from './send-image.ts';
import { createTarget } from './target.ts';
import { walkImage } from './walk.ts';

const clock = systemClock();
const effects = { clock, random: Math.random };

describe.skipIf(registryAbsent !== '')(`copying images over docker-registry${registryAbsent}`, () => {
  let dir: string;
  let servers: DockerRegistry[];
  let source: Registry;
  let site: Registry;
  let store: ContentStore;
  const pool = createBlobPool();

  /** An image for two platforms over one shared layer, with a cosign signature and an SBOM that refers to it. */
  const shared = blobOf(Buffer.alloc(1_500_000, 'shared layer'));
  const [amd, arm] = [sampleImage(), sampleImage({ sizes: [900_000] })];
  const index = sampleIndex([amd.manifest, arm.manifest]);
  const signature = sampleImage({ sizes: [200] });
  const sbom = sampleImage({ sizes: [4000], subject: descriptorOf(index), artifactType: 'application/spdx+json' });
  const about = sampleImage({ sizes: [50], subject: descriptorOf(sbom.manifest), artifactType: 'application/x.sig' });
  const signatureTag = `${index.digest.replace(':', '-')}.sig`;
  const all = [amd, arm, signature, sbom, about];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-copy-'));
    servers = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
    const [first, second] = servers.map(({ host }) => createRegistry({ host, plainHttp: true }, effects));
    [source, site] = [first as Registry, second as Registry];
    store = await createContentStore({ root: join(dir, 'store'), clock });
    await pushImage(source, 'team/app', amd.manifest.digest, amd);
    await pushImage(source, 'team/app', arm.manifest.digest, arm);
    await source.putManifest('team/app', '1', index);
    await pushImage(source, 'team/app', signatureTag, signature);
    await pushImage(source, 'team/app', sbom.manifest.digest, sbom);
    await pushImage(source, 'team/app', about.manifest.digest, about);
  });
  afterAll(async () => {
    await store?.close();
    await Promise.all([source?.close(), site?.close(), ...servers.map((each) => each.stop())]);
    rmSync(dir, { recursive: true, force: true });
  });

  const name = () => `${source.host}/team/app:1`;
  const fetchApp = (more: object = {}) =>
    fetchImage({ registry: source, repository: 'team/app', tagOrDigest: '1', name: name(), store, pool, ...more });
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no fault',
      (error) => error.fault?.code ?? String(error),
    );

  async function expectWhole(registry: Registry, repository: string): Promise<void> {
    for (const { manifest, blobs } of all) {
      expect((await registry.manifest(repository, manifest.digest)).bytes).toEqual(manifest.bytes);
      for (const { descriptor, bytes } of blobs) {
        const { body } = await registry.blob(repository, descriptor, { offset: 0 });
        expect((await allBytes(body)).equals(bytes)).toBe(true);
      }
    }
    expect((await registry.manifest(repository, '1')).bytes).toEqual(index.bytes);
    expect((await registry.resolve(repository, signatureTag))?.digest).toBe(signature.manifest.digest);
    expect((await registry.referrers(repository, index.digest)).map(({ digest }) => digest)).toEqual([
      sbom.manifest.digest,
    ]);
    expect((await registry.referrers(repository, sbom.manifest.digest)).map(({ digest }) => digest)).toEqual([
      about.manifest.digest,
    ]);
  }

  test('registry → store → registry: every byte, signatures and referrers included; the second time nothing moves', async () => {
    let [total, counted] = [0, 0];
    const progress = {
      sized: ({ bytes }: { bytes: number }) => {
        total += bytes;
      },
      bytes: (bytes: number) => {
        counted += bytes;
      },
    };
    const first = await fetchApp({ progress });
    expect(first.descriptor).toEqual(descriptorOf(index));
    expect(first.attached.map(({ digest, tag }) => tag ?? digest).sort()).toEqual(
      [signatureTag, sbom.manifest.digest, about.manifest.digest].sort(),
    );
    expect(first.moved.bytes).toBe(total);
    expect(counted).toBe(total);
    const again = await fetchApp();
    expect([again.moved, again.here.blobs]).toEqual([{ blobs: 0, bytes: 0 }, first.moved.blobs]);

    const target = createTarget(site);
    [total, counted] = [0, 0];
    const sent = await sendImage({ store, name: name(), target, repository: 'mirror/app', tag: '1', pool, progress });
    expect([sent.digest, sent.note, sent.moved]).toEqual([index.digest, undefined, first.moved]);
    expect(counted).toBe(total);
    await expectWhole(site, 'mirror/app');

    const anew = await sendImage({
      store,
      name: name(),
      target: createTarget(site),
      repository: 'mirror/app',
      tag: '1',
      pool,
    });
    expect([anew.moved.blobs, anew.mounted.blobs]).toEqual([0, 0]);
    const elsewhere = await sendImage({ store, name: name(), target, repository: 'other/app', tag: '1', pool });
    expect(elsewhere.mounted.blobs).toBe(all.flatMap(({ blobs }) => blobs).length);
    expect(elsewhere.moved.blobs).toBe(all.length + 1);
    await expectWhole(site, 'other/app');
  });

  test('registry → registry without the store', async () => {
    const target = createTarget(site);
    const from = { registry: source, repository: 'team/app', tagOrDigest: '1' };
    const put = await copyImage({ from, name: name(), target, repository: 'copied/app', tag: '1', pool });
    expect(put.digest).toBe(index.digest);
    await expectWhole(site, 'copied/app');
    const again = await copyImage({ from, name: name(), target, repository: 'copied/app', tag: '1', pool });
    expect(again.moved.blobs).toBe(0);
  });

  test('one platform: the index keeps its digest in the store; a site that refuses it gets the child, and that is said', async () => {
    const sparse = await createContentStore({ root: join(dir, 'sparse'), clock });
    try {
      const fetched = await fetchApp({ store: sparse, platforms: ['linux/amd64'] });
      expect(fetched.descriptor.digest).toBe(index.digest);
      expect(fetched.omitted.map(({ digest }) => digest)).toEqual([arm.manifest.digest]);
      expect(sparse.has(arm.manifest.digest)).toBe(false);
      const target = createTarget(site);
      const sent = await sendImage({ store: sparse, name: name(), target, repository: 'one/app', tag: '1', pool });
      expect(sent.digest).toBe(amd.manifest.digest);
      expect(sent.note).toMatch(/linux\/amd64 image sha256:[0-9a-f]{64} is there/);
      expect((await site.resolve('one/app', '1'))?.digest).toBe(amd.manifest.digest);
      expect(await codeOf(fetchApp({ store: sparse, platforms: ['linux/riscv64'] }))).toBe('image.noPlatform');
      const tree = await walkImage(sparse, index.digest, 'app', { here: sparse.has });
      expect(tree.nodes.map(({ manifest }) => manifest.digest)).toEqual([amd.manifest.digest, index.digest]);
    } finally {
      await sparse.close();
    }
  });

  test('many images with one layer: it travels once, whoever comes first', async () => {
    const images = Array.from({ length: 12 }, (_, at) => {
      const config = blobOf(Buffer.from(`{"number":${at}}`), ociConfig);
      const { manifest } = sampleImage();
      const json = {
        ...(JSON.parse(manifest.bytes.toString()) as object),
        config: config.descriptor,
        layers: [shared.descriptor],
      };
      const bytes = Buffer.from(JSON.stringify(json));
      return {
        repository: `many/image-${at}`,
        blobs: [config, shared],
        manifest: { ...manifest, bytes, digest: blobOf(bytes).descriptor.digest },
      };
    });
    await Promise.all(images.map((image) => pushImage(source, image.repository, '1', image)));
    const fetched = await Promise.all(
      images.map(({ repository }) =>
        fetchImage({
          registry: source,
          repository,
          tagOrDigest: '1',
          name: `example.org/${repository}:1`,
          store,
          pool,
        }),
      ),
    );
    const moved = (list: { moved: { bytes: number } }[]): number =>
      list.reduce((sum, each) => sum + each.moved.bytes, 0);
    expect(moved(fetched)).toBeLessThan(2 * shared.bytes.length);
    const target = createTarget(site);
    const sent = await Promise.all(
      images.map(({ repository }) =>
        sendImage({
          store,
          name: `example.org/${repository}:1`,
          target,
          repository: `x/${repository}`,
          tag: '1',
          pool,
        }),
      ),
    );
    expect(moved(sent)).toBe(moved(fetched));
    expect(sent.reduce((sum, each) => sum + each.mounted.blobs, 0)).toBe(11);
  });

  test('stopping keeps what came; going on does not ask for it again', async () => {
    const image = sampleImage({ sizes: [9_000_000, 9_000_000] });
    await pushImage(source, 'big/app', '1', image);
    const job = {
      registry: source,
      repository: 'big/app',
      tagOrDigest: '1',
      name: 'example.org/big/app:1',
      store,
      pool,
    };
    const stop = new AbortController();
    let before = 0;
    const progress = {
      bytes: (bytes: number) => {
        before += bytes;
        if (before > 6_000_000) stop.abort(new Error('paused'));
      },
    };
    await expect(fetchImage({ ...job, signal: stop.signal, progress })).rejects.toThrow('paused');
    expect(store.roots().some((root) => root.name === job.name)).toBe(false);
    const kept = store.usage().partialBytes;
    expect(kept).toBeGreaterThan(5_000_000);
    let moved = 0;
    await fetchImage({ ...job, progress: { bytes: (bytes, how) => (moved += how === 'moved' ? bytes : 0) } });
    expect(moved).toBeLessThanOrEqual(18_002_000 - kept);
    expect(
      (await store.bytes(image.blobs[1]?.descriptor.digest as Digest, 10_000_000)).equals(image.blobs[1]!.bytes),
    ).toBe(true);
  });

  test('what a registry alters is refused, naming the image; what a disk alters is not sent', async () => {
    const image = sampleImage({ sizes: [300_000] });
    await pushImage(source, 'rotten/app', '1', image);
    const layer = image.blobs[1]?.descriptor as Descriptor;
    const hex = layer.digest.slice(7);
    writeFileSync(
      join(servers[0]?.root ?? '', `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`),
      Buffer.alloc(300_000, 1),
    );
    const job = { registry: source, repository: 'rotten/app', tagOrDigest: '1', name: 'example.org/rotten/app:1' };
    const refused = await fetchImage({ ...job, store, pool }).catch((error) => error.fault);
    expect(refused).toMatchObject({ code: 'registry.digestMismatch', about: [job.name, layer.digest] });
    expect(store.has(layer.digest)).toBe(false);
    const from = { registry: source, repository: 'rotten/app', tagOrDigest: '1' };
    const target = createTarget(site);
    expect(await codeOf(copyImage({ from, name: job.name, target, repository: 'rotten/app', pool }))).toBe(
      'registry.digestMismatch',
    );

    await fetchApp();
    const victim = arm.blobs[1]?.descriptor as Descriptor;
    writeFileSync(join(store.root, 'blobs/sha256', victim.digest.slice(7)), Buffer.alloc(victim.size, 2));
    const sent = sendImage({ store, name: name(), target, repository: 'rotten/again', tag: '1', pool });
    expect(await codeOf(sent)).toBe('store.damaged');
    expect(await site.resolve('rotten/again', '1')).toBeUndefined();
    expect(await store.verify(() => {})).toEqual([victim.digest]);
    expect((await fetchApp()).moved).toEqual({ blobs: 1, bytes: victim.size });
  });

  test('a tag that is gone', async () => {
    expect(await codeOf(fetchApp({ tagOrDigest: 'gone' }))).toBe('registry.notFound');
    expect(await codeOf(sendImage({ store, name: 'x', target: createTarget(site), repository: 'a', pool }))).toBe(
      'store.notFound',
    );
  });

  test('pruning keeps what other images, signatures and referrers need', async () => {
    await fetchApp();
    // What an image that could not come whole left behind depends on the moment; from here on exactly one blob is an orphan.
    await store.prune(false);
    const orphan = await store.put(Buffer.from('nobody needs this'));
    expect(await store.prune(true)).toMatchObject({ digests: [orphan] });
    expect((await store.prune(false)).digests).toEqual([orphan]);
    expect(await store.prune(true)).toEqual({ digests: [], bytes: 0 });
    const release = store.hold();
    expect(await codeOf(store.prune(false))).toBe('store.busy');
    release();
    const arms = await fetchImage({
      registry: source,
      repository: 'team/app',
      tagOrDigest: arm.manifest.digest,
      name: 'example.org/arm',
      store,
      pool,
    });
    await store.removeRoots([name()]);
    const would = await store.prune(true);
    const gone = [index, amd.manifest, signature.manifest, sbom.manifest, about.manifest].map(({ digest }) => digest);
    expect(would.digests).toEqual(expect.arrayContaining(gone));
    expect(would.digests).not.toContain(arms.descriptor.digest);
    expect(await store.prune(false)).toEqual(would);
    for (const { descriptor } of arm.blobs) expect(store.has(descriptor.digest)).toBe(true);
    expect(store.has(index.digest)).toBe(false);
  });
});
