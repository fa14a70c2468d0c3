import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createContentStore } from '../content/content-store.ts';
import { digestOf, hexOf } from '../digest.ts';
import { cosignTags } from '../registry/referrers.ts';
import { createRegistry } from '../registry/registry.ts';
import { type RealRegistry, realRegistries } from '../testing/real-registries.ts';
import { allBytes, descriptorOf, opener, pushImage, sampleImage, sampleIndex } from '../testing/sample-image.ts';
import { skopeo, skopeoAbsent } from '../testing/skopeo.ts';
import type { ContentStore, Registry } from '../types.ts';
import { createBlobPool } from './blob-pool.ts';
import { copyImage } from './copy-image.ts';
import { fetchImage } from './fetch-image.ts';
import { sendImage } from './send-image.ts';
import { createTarget } from './target.ts';

const clock = systemClock();
const pool = createBlobPool();
type Running = Awaited<ReturnType<RealRegistry['start']>>;

/** An index of two images with all that may hang on it: cosign's three tags on index and child, referrers, a referrer of one. */
const [amd, arm] = [sampleImage(), sampleImage({ sizes: [900_000] })];
const index = sampleIndex([amd.manifest, arm.manifest]);
const [sig, att, sbomTag] = cosignTags(index.digest) as [string, string, string];
const [childSig] = cosignTags(amd.manifest.digest) as [string];
const tagged = new Map([sig, att, sbomTag, childSig].map((tag, at) => [tag, sampleImage({ sizes: [200 + at] })]));
const referring = ['application/spdx+json', 'application/vnd.in-toto+json'].map((artifactType) =>
  sampleImage({ sizes: [4_000], subject: descriptorOf(index), artifactType }),
);
const about = sampleImage({
  ...{ sizes: [50], artifactType: 'application/x.sig' },
  subject: descriptorOf(referring[0]!.manifest),
});

async function publish(registry: Registry, repository: string): Promise<void> {
  for (const image of [amd, arm]) await pushImage(registry, repository, image.manifest.digest, image);
  await registry.putManifest(repository, '1', index);
  for (const [tag, image] of tagged) await pushImage(registry, repository, tag, image);
  for (const image of [...referring, about]) await pushImage(registry, repository, image.manifest.digest, image);
}

/** Everything of it as a registry gives it, by a client that knows nothing yet. */
async function expectWhole(host: string, repository: string): Promise<void> {
  const registry = createRegistry({ host, plainHttp: true }, { clock, random: Math.random });
  expect((await registry.manifest(repository, '1')).bytes).toEqual(index.bytes);
  for (const { manifest, blobs } of [amd, arm, ...tagged.values(), ...referring, about]) {
    expect((await registry.manifest(repository, manifest.digest)).bytes).toEqual(manifest.bytes);
    for (const { descriptor, bytes } of blobs) {
      const { body } = await registry.blob(repository, descriptor, { offset: 0 });
      expect((await allBytes(body)).equals(bytes)).toBe(true);
    }
  }
  for (const [tag, { manifest }] of tagged)
    expect((await registry.resolve(repository, tag))?.digest).toBe(manifest.digest);
  const of = async (digest: typeof index.digest) =>
    (await registry.referrers(repository, digest)).map((each) => each.digest).sort();
  expect(await of(index.digest)).toEqual(referring.map(({ manifest }) => manifest.digest).sort());
  expect(await of(referring[0]!.manifest.digest)).toEqual([about.manifest.digest]);
  await registry.close();
}

describe.each(realRegistries)('$title', ({ absent, habits, start }) => {
  describe.skipIf(absent)(`images with all that hangs on them${absent}`, () => {
    let dir: string;
    let servers: Running[];
    let source: Registry;
    let site: Registry;
    let store: ContentStore;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-real-'));
      servers = await Promise.all([start(), start()]);
      const [first, second] = servers.map(({ host }) =>
        createRegistry({ host, plainHttp: true }, { clock, random: Math.random }),
      );
      [source, site] = [first as Registry, second as Registry];
      store = await createContentStore({ root: join(dir, 'store'), clock });
      await publish(source, 'team/app');
    });
    afterAll(async () => {
      await store?.close();
      await Promise.all([source?.close(), site?.close(), ...(servers ?? []).map((each) => each.stop())]);
      rmSync(dir, { recursive: true, force: true });
    });
    const name = 'example.org/team/app:1';
    const fetched = (more: object = {}) =>
      fetchImage({ registry: source, repository: 'team/app', tagOrDigest: '1', name, store, pool, ...more });

    test('registry → store → registry, every digest the same; the second time nothing moves', async () => {
      const first = await fetched();
      expect(first.attached).toHaveLength(tagged.size + referring.length + 1);
      expect((await fetched()).moved.blobs).toBe(0);
      const send = (more: object = {}) =>
        sendImage({
          ...{ store, name, target: createTarget(site), repository: 'deep/er/mirror/app', tag: '1', pool, ...more },
        });
      const sent = await send({ chunkBytes: 500_000 });
      expect([sent.digest, sent.note, sent.moved]).toEqual([index.digest, undefined, first.moved]);
      await expectWhole(site.host, 'deep/er/mirror/app');
      const again = await send();
      expect([again.moved.blobs, again.mounted.blobs]).toEqual([0, 0]);
    });

    test('within a run a blob that another repository has is mounted where that is known', async () => {
      await fetched();
      const target = createTarget(site);
      await sendImage({ store, name, target, repository: 'm/one', tag: '1', pool });
      const other = await sendImage({ store, name, target, repository: 'm/two', tag: '1', pool });
      expect(other.mounted.blobs > 0).toBe(habits.able.mount === 'yes');
      await expectWhole(site.host, 'm/two');
    });

    test('a referrer that a push cut short left out of the list is in it after the next', async () => {
      await fetched();
      const [{ manifest, blobs }] = referring as [(typeof referring)[0], ...unknown[]];
      for (const { descriptor, bytes } of blobs) await site.upload('cut/app', descriptor, opener(bytes));
      const headers = { 'content-type': manifest.mediaType };
      const place = `http://${site.host}/v2/cut/app/manifests/${manifest.digest}`;
      expect((await fetch(place, { method: 'PUT', headers, body: new Uint8Array(manifest.bytes) })).status).toBe(201);
      await sendImage({ store, name, target: createTarget(site), repository: 'cut/app', tag: '1', pool });
      await expectWhole(site.host, 'cut/app');
    });

    test('registry → registry without the store', async () => {
      const from = { registry: source, repository: 'team/app', tagOrDigest: '1' };
      const job = { from, name, target: createTarget(site), repository: 'copied/app', tag: '1', pool };
      expect((await copyImage(job)).digest).toBe(index.digest);
      await expectWhole(site.host, 'copied/app');
    });

    test('one platform of two: the index where sparse ones are taken, else its child, and that is said', async () => {
      const one = await createContentStore({ root: join(dir, 'one'), clock });
      await fetched({ store: one, platforms: ['linux/amd64'] });
      const job = { store: one, name, target: createTarget(site), repository: 'one/app', tag: '1', pool };
      const sent = await sendImage(job);
      await one.close();
      const taken = habits.able.sparseIndex === 'yes';
      const digest = taken ? index.digest : amd.manifest.digest;
      expect([sent.digest, sent.note === undefined]).toEqual([digest, taken]);
      expect((await site.resolve('one/app', '1'))?.digest).toBe(digest);
    });

    test.skipIf(skopeoAbsent)(`skopeo reads what we put there${skopeoAbsent}`, async () => {
      await fetched();
      await sendImage({ store, name, target: createTarget(site), repository: 'for/skopeo', tag: '1', pool });
      const place = `docker://${site.host}/for/skopeo`;
      const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `${place}:1`);
      expect(digestOf(raw)).toBe(index.digest);
      const copy = join(dir, 'copy');
      await skopeo('copy', '--all', '-q', '--src-tls-verify=false', `${place}@${index.digest}`, `dir:${copy}`);
      for (const { descriptor } of [...amd.blobs, ...arm.blobs])
        expect(existsSync(join(copy, hexOf(descriptor.digest)))).toBe(true);
      const signature = await skopeo('inspect', '--raw', '--tls-verify=false', `${place}:${sig}`);
      expect(digestOf(signature)).toBe(tagged.get(sig)!.manifest.digest);
    });
  });
});

const olareg = realRegistries.find(({ title }) => title.startsWith('olareg')) as RealRegistry;
test.skipIf(olareg.absent)(
  `a registry that lets one ask 25 times a second gets a whole image in the end${olareg.absent}`,
  async () => {
    const server = await olareg.start('--rate-limit=25');
    const registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: Math.random });
    await publish(registry, 'slow/app');
    await registry.close();
    await expectWhole(server.host, 'slow/app');
    await server.stop();
  },
);
