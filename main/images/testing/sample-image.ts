import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { digestOf } from '../digest.ts';
import { ociConfig, ociIndex, ociLayer, ociManifest } from '../media-types.ts';
import type { Descriptor, Manifest, Registry } from '../types.ts';

/** A blob with its bytes. */
export interface SampleBlob {
  descriptor: Descriptor;
  bytes: Buffer;
}

/** Bytes and the descriptor that names them. */
export const blobOf = (bytes: Buffer, mediaType = ociLayer): SampleBlob => ({
  bytes,
  descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length },
});

/** A manifest of any JSON; the media type is the one it carries, else an OCI image's. */
export function manifestOf(json: object): Manifest {
  const bytes = Buffer.from(JSON.stringify(json, null, 3));
  const { mediaType = ociManifest } = json as { mediaType?: string };
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** How a manifest stands in an index or as a subject. */
export const descriptorOf = ({ mediaType, digest, bytes }: Manifest): Descriptor => ({
  mediaType,
  digest,
  size: bytes.length,
});

/** A small OCI image with layers of random bytes: its content is no tar, which no registry looks at. */
export function sampleImage({
  sizes = [3_000, 70_000],
  ...more
}: {
  sizes?: readonly number[];
  subject?: Descriptor;
  artifactType?: string;
} = {}): { manifest: Manifest; blobs: SampleBlob[] } {
  const layers = sizes.map((size) => blobOf(randomBytes(size)));
  const rootfs = { type: 'layers', diff_ids: layers.map(({ descriptor }) => descriptor.digest) };
  const config = blobOf(Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs })), ociConfig);
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...more,
  });
  return { manifest, blobs: [config, ...layers] };
}

/** An index over manifests, one platform for each. */
export const sampleIndex = (children: readonly Manifest[]): Manifest =>
  manifestOf({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: children.map((child, at) => ({
      ...descriptorOf(child),
      platform: { os: 'linux', architecture: ['amd64', 'arm64', 's390x', 'ppc64le'][at] ?? `arch${at}` },
    })),
  });

/** Opens bytes as `upload` wants them. */
export const opener =
  (bytes: Buffer) =>
  async (offset: number): Promise<Readable> =>
    Readable.from([bytes.subarray(offset)], { objectMode: false });

/** Puts an image into a registry through our own client. */
export async function pushImage(
  registry: Registry,
  repository: string,
  name: string,
  { manifest, blobs }: { manifest: Manifest; blobs: readonly SampleBlob[] },
): Promise<void> {
  for (const { descriptor, bytes } of blobs) await registry.upload(repository, descriptor, opener(bytes));
  await registry.putManifest(repository, name, manifest);
}

/** All bytes of a stream. */
export async function allBytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
