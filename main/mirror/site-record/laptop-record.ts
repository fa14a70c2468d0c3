import { z } from 'zod';
import { Digest, ImageCategory } from '../../../shared/contract/mirror.ts';
import { digestOf } from '../../images/digest.ts';
import { ociEmpty, ociManifest } from '../../images/media-types.ts';
import type { Descriptor, Digest as DigestText, Manifest } from '../../images/types.ts';
import { canonicalJson } from '../bundle/canonical.ts';
import type { SigningKey } from '../bundle/keys.ts';
import { signatureOf } from '../bundle/signature.ts';
import type { WantedFile } from '../types.ts';

/** Below the site's prefix: one tag for each laptop that pushed there. */
export const recordRepository = 'bastion/site-record';
export const recordTag = (keyId: string): string => `laptop-${keyId}`;
export const recordType = 'application/vnd.bastion.site-record.v1';
export const recordJsonType = 'application/vnd.bastion.site-record.v1+json';
/** Annotation of the manifest: signatureOf over the bytes of the JSON, which names the digests of all else. */
export const signatureKey = 'bastion.kmm/signature';
const titleKey = 'org.opencontainers.image.title';

const Sha = Digest.transform((text) => text as DigestText);
const short = z.string().max(1000);

const Entry = z.object({
  /** Below the site's prefix. */
  repository: z.string().regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/),
  tag: z.string().regex(/^(\w[\w.-]{0,127})?$/),
  digest: Sha,
  mediaType: short,
  /** Full source reference. */
  name: short,
  category: ImageCategory,
  by: z.enum(['digest', 'tag']),
  /** What mirror sets are made of. */
  sources: z.array(z.string().regex(/^[^\s/@]+\/[^\s@]+$/)).max(1000),
  facts: z.record(z.string(), short),
  attached: z.array(z.object({ digest: Sha, mediaType: short, size: z.int().min(0), tag: short.optional() })),
  omitted: z.array(Sha).optional(),
  /** By the clock of the laptop. */
  pushedAt: z.iso.datetime(),
});
const File = z.object({
  path: z.string().regex(/^signatures\/sha(256|512)=[0-9a-f]{64,128}\/signature-[1-9]\d*$/),
  mediaType: short,
  digest: Sha,
  size: z.int().min(1).max(1_048_576),
});
export const LaptopRecord = z.object({
  schema: z.literal('bastion.kmm/site-record/v1'),
  images: z.array(Entry).max(100_000),
  files: z.array(File).max(10_000),
});
/** What one laptop pushed to a site, with all that cluster resources are made of: no credential, no name of a set or of the laptop. */
export type LaptopRecord = z.infer<typeof LaptopRecord>;
export type RecordEntry = LaptopRecord['images'][number];

/** Its bytes, the same for the same content whatever the order. */
export function recordBytes(images: readonly RecordEntry[], files: readonly WantedFile[]): Buffer {
  const by =
    <T>(key: (one: T) => string) =>
    (a: T, b: T) =>
      key(a) < key(b) ? -1 : 1;
  const record: LaptopRecord = {
    schema: 'bastion.kmm/site-record/v1',
    images: images
      .map((image) => ({
        ...image,
        sources: [...image.sources].sort(),
        attached: [...image.attached].sort(by(({ digest, tag = '' }) => `${digest} ${tag}`)),
        ...(image.omitted && { omitted: [...image.omitted].sort() }),
      }))
      .sort(by(({ repository, tag, digest }) => `${repository}:${tag} ${digest}`)),
    files: files
      .map(({ path, mediaType, bytes }) => ({ path, mediaType, digest: digestOf(bytes), size: bytes.length }))
      .sort(by(({ path }) => path)),
  };
  return Buffer.from(canonicalJson(record));
}

/** The OCI artifact around it: the JSON, then the files, each a layer, so that the registry keeps them. */
export function recordArtifact(
  json: Buffer,
  files: readonly WantedFile[],
  key: SigningKey,
): { manifest: Manifest; blobs: { descriptor: Descriptor; bytes: Buffer }[] } {
  const blob = (bytes: Buffer, mediaType: string, title?: string) => ({
    bytes,
    descriptor: {
      ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
      ...(title !== undefined && { annotations: { [titleKey]: title } }),
    },
  });
  const config = blob(Buffer.from('{}'), ociEmpty);
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const layers = [
    blob(json, recordJsonType, 'site-record.json'),
    ...sorted.map(({ path, mediaType, bytes }) => blob(bytes, mediaType, path)),
  ];
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      artifactType: recordType,
      config: config.descriptor,
      layers: layers.map(({ descriptor }) => descriptor),
      annotations: { [signatureKey]: signatureOf(json, key) },
    }),
  );
  return { manifest: { mediaType: ociManifest, digest: digestOf(bytes), bytes }, blobs: [config, ...layers] };
}
