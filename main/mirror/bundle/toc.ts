import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Digest as DigestSchema } from '../../../shared/contract/mirror.ts';
import { fault } from '../../../shared/fault.ts';
import type { Descriptor, Digest, StoreRoot } from '../../images/types.ts';
import { canonicalJson } from './canonical.ts';
import { layOut, maxSegments, type Piece, segmentName } from './layout.ts';

export interface TocBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** False: the site is said to have it already, the bundle does not carry it. */
  here: boolean;
  pieces: readonly Piece[];
}

interface TocRoot extends StoreRoot {
  /** Indexes into `blobs` of everything this image needs, itself included; ascending. */
  needs: number[];
}

interface TocSegment {
  name: string;
  bytes: number;
  /** 64 hex digits; empty in the plan of a bundle that is being written. */
  sha256: string;
}

/** Table of contents of a bundle (FORMAT.md). Times are ISO 8601 UTC. */
export interface Toc {
  schema: 'bastion.kmm/bundle/v1';
  /** SHA-256 of the rest without the segments' hashes, which follow from the blobs: so it is known before a byte is written. */
  id: string;
  madeAt: string;
  madeBy: string;
  /** '' = for any site. */
  site: string;
  /** What was left out: nothing, what an inventory lists, or what the acknowledged bundle `parent` brought. */
  base: 'full' | 'inventory' | 'acknowledged';
  /** Id of the bundle this one follows; '' = none. */
  parent: string;
  sets: string[];
  segmentBytes: number;
  segments: TocSegment[];
  blobs: TocBlob[];
  roots: TocRoot[];
}

/** A table of contents is read whole: this is some 250,000 blobs. */
export const tocLimit = 32 * 1024 * 1024;

const whole = z.int().min(0);
const strings = z.record(z.string(), z.string());
const DescriptorSchema = z.strictObject({
  mediaType: z.string(),
  digest: DigestSchema,
  size: whole,
  platform: z.strictObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: strings.optional(),
  artifactType: z.string().optional(),
  urls: z.array(z.string()).optional(),
  data: z.string().optional(),
});
const id = z.string().regex(/^[0-9a-f]{64}$/);
// biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are what is refused
const rootName = /^[^\u0000-\u0020\u007f\\]{1,1000}$/;
/** Whether a bundle can carry an image of this name. */
export const isRootName = (name: string): boolean => rootName.test(name);
const TocSchema = z.strictObject({
  schema: z.literal('bastion.kmm/bundle/v1'),
  id,
  madeAt: z.iso.datetime(),
  madeBy: z.string().max(200),
  site: z.string().max(80),
  base: z.enum(['full', 'inventory', 'acknowledged']),
  parent: z.union([z.literal(''), id]),
  sets: z.array(z.string().max(100)),
  segmentBytes: whole.min(1),
  segments: z
    .array(z.strictObject({ name: z.string(), bytes: whole, sha256: z.string().regex(/^([0-9a-f]{64})?$/) }))
    .max(maxSegments),
  blobs: z.array(
    z.strictObject({
      digest: DigestSchema,
      size: whole,
      here: z.boolean(),
      pieces: z.array(z.tuple([whole, whole, whole])),
    }),
  ),
  roots: z.array(
    z.strictObject({
      name: z.string().regex(rootName),
      descriptor: DescriptorSchema,
      annotations: strings,
      needs: z.array(whole),
    }),
  ),
});

/** The id that this content has. */
export function tocId(toc: Omit<Toc, 'id'>): string {
  const segments = toc.segments.map(({ name, bytes }) => ({ name, bytes }));
  return createHash('sha256')
    .update(canonicalJson({ ...toc, id: undefined, segments }))
    .digest('hex');
}

/** Name of the folder that holds the bundle. */
export const bundleFolder = (bundleId: string): string => `bastion-${bundleId.slice(0, 12)}`;

/**
 * Reads and checks a table of contents; with `plan` one whose segments have no hashes yet. Nothing in it can lead out of the
 * bundle's folder: segment names are counted, not read, and blobs are named by digest. Fault: bundle.damaged.
 */
export function parseToc(bytes: Buffer, options: { plan?: boolean } = {}): Toc {
  let toc: Toc;
  try {
    toc = TocSchema.parse(JSON.parse(bytes.toString('utf8'))) as Toc;
  } catch (cause) {
    throw damaged(firstWords(cause));
  }
  const wrong = contradiction(toc, options.plan === true);
  if (wrong !== undefined) throw damaged(wrong);
  return toc;
}

/** What a valid shape can still get wrong, in words; undefined when all of it fits together. */
function contradiction(toc: Toc, plan: boolean): string | undefined {
  const { blobs, segments, roots } = toc;
  if (new Set(blobs.map(({ digest }) => digest)).size !== blobs.length) return 'a blob is listed twice';
  const laid = layOut(
    blobs.map((blob) => (blob.here ? blob.size : 0)),
    toc.segmentBytes,
  );
  if (!laid) return 'its blobs are larger than any bundle';
  const { pieces, segments: sizes } = laid;
  if (sizes.length !== segments.length) return `it lists ${segments.length} segments where ${sizes.length} are needed`;
  for (const [index, { name, bytes, sha256 }] of segments.entries()) {
    if (name !== segmentName(index)) return `segment ${index + 1} has a name of its own`;
    if (bytes !== sizes[index]) return `the size of ${name} does not fit the blobs in it`;
    if ((sha256 === '') !== plan) return `the hash of ${name} is ${plan ? 'there too early' : 'missing'}`;
  }
  for (const [index, blob] of blobs.entries())
    if (canonicalJson(blob.pieces) !== canonicalJson(pieces[index])) return `the pieces of ${blob.digest} do not fit`;
  if (new Set(roots.map(({ name }) => name)).size !== roots.length) return 'an image is listed twice';
  for (const { name, needs, descriptor } of roots) {
    if (needs.some((need, at) => need >= blobs.length || (at > 0 && need <= (needs[at - 1] ?? 0))))
      return `what ${name} needs is not in order`;
    if (!needs.some((need) => blobs[need]?.digest === descriptor.digest))
      return `${name} does not need its own manifest`;
  }
  if (tocId(toc) !== toc.id) return 'its id is not the hash of its content';
  return undefined;
}

/** Names of the images that need one of these blobs. */
export function imagesNeeding(toc: Toc, digests: ReadonlySet<Digest>): string[] {
  const concerned = new Set([...toc.blobs.keys()].filter((index) => digests.has(toc.blobs[index]?.digest as Digest)));
  return toc.roots.filter(({ needs }) => needs.some((need) => concerned.has(need))).map(({ name }) => name);
}

/** Blobs with a piece in one of these segments (indexes from 0). */
export function blobsIn(toc: Toc, segments: ReadonlySet<number>): Set<Digest> {
  const inside = toc.blobs.filter(({ pieces }) => pieces.some(([segment]) => segments.has(segment)));
  return new Set(inside.map(({ digest }) => digest));
}

/** A descriptor for a blob of the table. */
export const blobDescriptor = ({ digest, size }: TocBlob): Pick<Descriptor, 'digest' | 'size'> => ({ digest, size });

function damaged(why: string) {
  return fault(
    'bundle.damaged',
    `The table of contents (toc.json) can't be used: ${why}.`,
    'Copy the bundle again from where it was made, or export it anew.',
    { about: ['toc.json'] },
  );
}

function firstWords(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const issue = cause.issues[0];
    return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'its shape is wrong';
  }
  return 'it is no JSON';
}
