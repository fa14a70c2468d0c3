import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { blobsOf, mediaTypeOf, readManifest } from './manifest.ts';
import { dockerList, dockerManifest, isForeignLayer, ociIndex, ociManifest } from './media-types.ts';
import { descriptorOf, manifestOf, sampleImage, sampleIndex } from './testing/sample-image.ts';

const fault = (code: string, words: string) =>
  expect.objectContaining({ fault: expect.objectContaining({ code, message: expect.stringContaining(words) }) });
const bytes = (json: unknown) => Buffer.from(JSON.stringify(json));

describe('readManifest', () => {
  it('reads an image, an index and an artifact', () => {
    const image = sampleImage();
    const read = readManifest(image.manifest);
    expect(read).toMatchObject({ kind: 'image', children: [], annotations: {} });
    expect(blobsOf(read).map(({ digest }) => digest)).toEqual(image.blobs.map(({ descriptor }) => descriptor.digest));
    expect(read.artifactType).toBeUndefined();
    const index = sampleIndex([image.manifest, sampleImage().manifest]);
    expect(readManifest(index).children.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
    const subject = descriptorOf(image.manifest);
    expect(readManifest(sampleImage({ subject, artifactType: 'a/b' }).manifest)).toMatchObject({
      subject,
      artifactType: 'a/b',
    });
  });

  it("takes a config's type for the artifact's, and names each layer once", () => {
    const layer = { mediaType: 'l', digest: digestOf('l'), size: 1 };
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf('c'), size: 1 };
    const chart = readManifest(manifestOf({ schemaVersion: 2, config, layers: [layer, layer] }));
    expect(chart.artifactType).toBe(config.mediaType);
    expect(chart.layers).toHaveLength(2);
    expect(blobsOf(chart)).toHaveLength(2);
  });

  it.each([
    ['no JSON', Buffer.from('<html>'), 'no JSON'],
    ['no object', bytes([]), 'no JSON object'],
    ['both at once', bytes({ manifests: [], layers: [] }), 'at once'],
    ['a bad digest', bytes({ config: { digest: 'sha256:zz', size: 1 } }), 'config.digest'],
    ['a bad size', bytes({ config: { digest: digestOf(''), size: -1 } }), 'config.size'],
    ['layers of no list', bytes({ config: { digest: digestOf(''), size: 1 }, layers: {} }), 'layers is no list'],
    ['no config', bytes({ layers: [] }), 'config'],
  ])('refuses %s', (_name, content, words) => {
    expect(() => readManifest({ bytes: content, mediaType: ociManifest })).toThrow(fault('registry.refused', words));
  });

  it('knows schema 1', () => {
    expect(() => readManifest({ bytes: bytes({ schemaVersion: 1, fsLayers: [] }), mediaType: ociManifest })).toThrow(
      fault('registry.schema1', 'schema 1'),
    );
  });
});

describe('mediaTypeOf', () => {
  const config = { mediaType: 'application/vnd.docker.container.image.v1+json' };
  it.each([
    ['what it says itself', { mediaType: ociIndex, manifests: [] }, 'text/plain', ociIndex],
    ['the header', { manifests: [] }, `${dockerList}; charset=utf-8`, dockerList],
    ['the shape of an index', { manifests: [] }, '', ociIndex],
    ['the shape of an image', { config: {}, layers: [] }, 'application/json', ociManifest],
    ["the shape of Docker's", { config, layers: [] }, '', dockerManifest],
  ])('goes by %s', (_name, json, header, expected) => {
    expect(mediaTypeOf(bytes(json), header, 'x')).toBe(expected);
  });

  it('refuses one document read as two kinds, and what is none', () => {
    expect(() => mediaTypeOf(bytes({ mediaType: ociManifest }), ociIndex, 'x')).toThrow(
      fault('registry.refused', 'calls itself'),
    );
    expect(() => mediaTypeOf(bytes({}), 'text/html', 'x')).toThrow(fault('registry.refused', 'no image manifest'));
  });
});

it('knows layers that stay elsewhere', () => {
  expect(isForeignLayer('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip')).toBe(true);
  expect(isForeignLayer('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip')).toBe(true);
  expect(isForeignLayer('application/vnd.oci.image.layer.v1.tar+gzip')).toBe(false);
});
