import { z } from 'zod';
import { fault } from '../../../shared/fault.ts';
import { readBlob } from '../../images/layer/blob-stream.ts';
import { configOf, openImage } from '../../images/layer/open-image.ts';
import { readImageFiles } from '../../images/layer/read-files.ts';
import type { Digest, ImageSource } from '../../images/types.ts';
import { bootImagesFile, kubevirtImages } from './kubevirt.ts';

/** What a release image says of itself. */
export interface ReleasePayload {
  version: string;
  /** As in tags of releases: x86_64, aarch64, ppc64le, s390x, multi. */
  architecture: string;
  /** Its images in the order of their names; each reference has a digest. */
  components: { name: string; image: string }[];
  /** Versions it can be updated from. */
  previous: string[];
  /** The disk image for KubeVirt machines by architecture, where it was asked for; empty when the release names none. */
  kubevirt: Record<string, string>;
}

const ImageStream = z.object({
  metadata: z.object({ name: z.string().min(1) }),
  spec: z.object({
    tags: z.array(z.object({ name: z.string().min(1), from: z.object({ name: z.string().min(1) }).optional() })).min(1),
  }),
});
const Metadata = z.object({
  version: z.string().min(1),
  previous: z.array(z.string()).default([]),
  metadata: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
});
const Config = z.object({ architecture: z.string() });

const folder = 'release-manifests';
const references = `${folder}/image-references`;
const about = `${folder}/release-metadata`;

/** How releases write the architectures that images have. */
const spelled: Record<string, string> = { amd64: 'x86_64', arm64: 'aarch64' };

/**
 * Reads a release image: its layers from the top, until the files are found. Faults: release.payload when it is no release, and those of
 * reading an image.
 */
export async function readPayload(
  source: ImageSource,
  digest: Digest,
  { kubevirt = false, signal }: { kubevirt?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<ReleasePayload> {
  const options = signal ? { signal } : {};
  const wanted = [references, about, ...(kubevirt ? [bootImagesFile] : [])];
  const manifest = await openImage(source, digest, options);
  const files = new Map<string, Buffer>();
  const reading = readImageFiles(source, manifest, wanted, {
    ...options,
    maxFileBytes: 16 * 1024 * 1024,
    enough: (paths) => wanted.every((path) => paths.has(path)),
  });
  for await (const { path, bytes } of reading) files.set(path, bytes);
  const stream = parsed(ImageStream, files.get(references), references, digest);
  const { version, previous, metadata } = parsed(Metadata, files.get(about), about, digest);
  const named = metadata['release.openshift.io/architecture'];
  const own = parsed(
    Config,
    await readBlob(source, configOf(manifest), options),
    'its configuration',
    digest,
  ).architecture;
  const components = stream.spec.tags.flatMap(({ name, from }) => (from ? [{ name, image: from.name }] : []));
  return {
    version,
    architecture: typeof named === 'string' ? named : (spelled[own] ?? own),
    components: components.sort((a, b) => (a.name < b.name ? -1 : 1)),
    previous,
    kubevirt: bootImages(files.get(bootImagesFile), digest),
  };
}

function bootImages(bytes: Buffer | undefined, digest: Digest): Record<string, string> {
  try {
    return bytes ? kubevirtImages(bytes) : {};
  } catch {
    throw notAsItShould(digest, `${bootImagesFile} names no boot images`);
  }
}

function parsed<T extends z.ZodType>(schema: T, bytes: Buffer | undefined, path: string, digest: Digest): z.output<T> {
  const bad = (why: string) => notAsItShould(digest, why);
  if (!bytes) throw bad(`it has no ${path}`);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw bad(`${path} is no JSON`);
  }
  const result = schema.safeParse(json);
  if (!result.success) throw bad(`${path} lacks ${result.error.issues[0]?.path.join('.')}`);
  return result.data;
}

const notAsItShould = (digest: Digest, why: string) =>
  fault(
    'release.payload',
    `${digest} is no OpenShift release: ${why}.`,
    'Name a release image, such as ocp-release:4.12.3-x86_64.',
    { field: 'releases' },
  );
