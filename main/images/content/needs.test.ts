import { describe, expect, test } from 'vitest';
import { fault } from '../../../shared/fault.ts';
import { digestOf } from '../digest.ts';
import { ociArtifact, ociManifest } from '../media-types.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage, sampleIndex } from '../testing/sample-image.ts';
import type { Digest, Manifest } from '../types.ts';
import { needsOf } from './needs.ts';
import { reach } from './reach.ts';

/** A store of these bytes. */
function storeOf(...all: Buffer[]) {
  const blobs = new Map(all.map((bytes) => [digestOf(bytes), bytes]));
  return {
    size: (digest: Digest) => blobs.get(digest)?.length,
    bytes: async (digest: Digest) => blobs.get(digest)!,
    digests: () => [...blobs.keys()].sort(),
  };
}
const [one, two] = [sampleImage({ sizes: [100] }), sampleImage({ sizes: [200] })];
const bytesOf = ({ manifest, blobs }: typeof one): Buffer[] => [manifest.bytes, ...blobs.map(({ bytes }) => bytes)];
const digestsOf = ({ manifest, blobs }: typeof one): Digest[] => [
  manifest.digest,
  ...blobs.map(({ descriptor }) => descriptor.digest),
];
const index = sampleIndex([one.manifest, two.manifest]);
const rootOf = (manifest: Manifest) => ({ name: 'r', descriptor: descriptorOf(manifest), annotations: {} });

describe('what an image needs', () => {
  test('all that is here, manifests before what they name; once, also over several images', async () => {
    const store = storeOf(index.bytes, ...bytesOf(one), ...bytesOf(two));
    const needs = await needsOf(store, [descriptorOf(index)]);
    expect([...needs.here.keys()]).toEqual([index.digest, ...digestsOf(one), ...digestsOf(two)]);
    expect([...needs.here.values()].slice(0, 2)).toEqual([index.bytes.length, one.manifest.bytes.length]);
    expect([needs.missing.size, needs.spared.size]).toEqual([0, 0]);
    const size = needs.here.size;
    expect((await needsOf(store, [descriptorOf(one.manifest)], needs)).here.size).toBe(size);
  });

  test('a platform that was left out is spared; none at all is missing', async () => {
    const some = await needsOf(storeOf(index.bytes, ...bytesOf(one)), [descriptorOf(index)]);
    expect([[...some.spared], some.missing.size]).toEqual([[two.manifest.digest], 0]);
    const none = await needsOf(storeOf(index.bytes), [descriptorOf(index)]);
    expect([...none.missing]).toEqual(
      [one, two].map(({ manifest }) => [manifest.digest, { size: manifest.bytes.length, manifest: true }]),
    );
  });

  test('where it is written down what was left out, a child that is not here and not listed is missing', async () => {
    const store = storeOf(index.bytes, ...bytesOf(one));
    const start = [descriptorOf(index)];
    const lost = await needsOf(store, start, undefined, { leftOut: [] });
    expect([[...lost.missing.keys()], lost.spared.size]).toEqual([[two.manifest.digest], 0]);
    const left = await needsOf(store, start, undefined, { leftOut: [two.manifest.digest] });
    expect([left.missing.size, [...left.spared]]).toEqual([0, [two.manifest.digest]]);
  });

  test('a layer that is not here is missing with the size its manifest names, a foreign one is spared', async () => {
    const [config, layer] = one.blobs;
    const lacking = await needsOf(storeOf(one.manifest.bytes, config!.bytes), [descriptorOf(one.manifest)]);
    expect([...lacking.missing]).toEqual([[layer!.descriptor.digest, { size: 100, manifest: false }]]);
    const foreign = { ...layer!.descriptor, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' };
    const manifest = manifestOf({ schemaVersion: 2, config: config!.descriptor, layers: [foreign] });
    const spared = await needsOf(storeOf(manifest.bytes, config!.bytes), [descriptorOf(manifest)]);
    expect([[...spared.spared], spared.missing.size]).toEqual([[foreign.digest], 0]);
  });

  test('a manifest is told by its bytes where nobody wrote its kind down; what is none needs nothing', async () => {
    const bare = JSON.parse(index.bytes.toString()) as { manifests: { mediaType?: string }[] };
    for (const child of bare.manifests) delete child.mediaType;
    const sloppy = manifestOf(bare);
    const store = storeOf(sloppy.bytes, ...bytesOf(one), ...bytesOf(two));
    expect((await needsOf(store, [{ digest: sloppy.digest, mediaType: '' }])).here.size).toBe(7);
    const text = blobOf(Buffer.from('no manifest'));
    const { here } = await needsOf(storeOf(text.bytes), [{ digest: text.descriptor.digest, mediaType: '' }]);
    expect([...here]).toEqual([[text.descriptor.digest, 11]]);
  });

  test('one that can not be read is a fault', async () => {
    const broken = Buffer.from('{"schemaVersion":2}');
    const start = { digest: digestOf(broken), mediaType: ociManifest };
    await expect(needsOf(storeOf(broken), [start])).rejects.toMatchObject({ fault: { code: 'registry.refused' } });
  });
});

describe('what roots keep', () => {
  const signature = (subject: Manifest, layer: Buffer) =>
    manifestOf({
      ...{ schemaVersion: 2, mediaType: ociArtifact, subject: descriptorOf(subject) },
      blobs: [blobOf(layer).descriptor],
    });
  test('artifacts about what they need, those about a platform left out too, and what artifacts are about', async () => {
    const [note, other] = [Buffer.from('about two'), Buffer.from('about the note')];
    const about = signature(two.manifest, note);
    const further = signature(about, other);
    const orphan = Buffer.from('nobody wants this');
    const store = storeOf(index.bytes, ...bytesOf(one), about.bytes, note, further.bytes, other, orphan);
    const kept = await reach(store, [rootOf(index)]);
    expect(store.digests().filter((digest) => !kept.has(digest))).toEqual([digestOf(orphan)]);
    expect((await needsOf(store, [descriptorOf(index)])).here.has(about.digest)).toBe(false);
    // The artifact as a root: its image stays.
    const both = storeOf(...bytesOf(two), about.bytes, note);
    expect((await reach(both, [rootOf(about)])).size).toBe(5);
  });

  test('a damaged blob that nothing reaches costs only itself; a disk that is gone is told', async () => {
    const [note, bad] = [Buffer.from('about one'), Buffer.from('{"mediaType":"was once a manifest"}')];
    const about = signature(one.manifest, note);
    const held = storeOf(...bytesOf(one), about.bytes, note, bad);
    const failing = (code: string) => ({
      ...held,
      async bytes(digest: Digest) {
        if (digest === digestOf(bad)) throw fault(code, 'It can not be read.', 'Look at the disk.');
        return held.bytes(digest);
      },
    });
    const kept = await reach(failing('store.damaged'), [rootOf(one.manifest)]);
    expect(held.digests().filter((digest) => !kept.has(digest))).toEqual([digestOf(bad)]);
    await expect(reach(failing('store.unplugged'), [rootOf(one.manifest)])).rejects.toThrow('can not be read');
  });

  test('a manifest keeps what it names, also where an artifact holds it as a layer', async () => {
    const wrapped = manifestOf({
      ...{ schemaVersion: 2, mediaType: ociArtifact },
      blobs: [descriptorOf(one.manifest)],
    });
    const store = storeOf(wrapped.bytes, ...bytesOf(one));
    expect((await reach(store, [rootOf(wrapped)])).size).toBe(4);
    expect((await needsOf(store, [wrapped, one.manifest])).here.size).toBe(4);
    expect((await needsOf(store, [wrapped])).here.size).toBe(2);
  });
});
