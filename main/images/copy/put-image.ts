import type { Readable } from 'node:stream';
import { FaultError, fault } from '../../../shared/fault.ts';
import type { Attached } from '../content/attached.ts';
import { readManifest } from '../manifest.ts';
import { mayPass } from '../registry/passing.ts';
import { patient } from '../registry/patience.ts';
import type { Descriptor, Digest, Manifest } from '../types.ts';
import type { AttachedTree } from './attachments.ts';
import type { BlobPool } from './blob-pool.ts';
import { inParallel } from './in-parallel.ts';
import { putBlob } from './put-blob.ts';
import { putRoot } from './put-root.ts';
import { amountOf, count, emptyTally, type Progress, type Tally } from './tally.ts';
import type { Target } from './target.ts';
import type { ImageTree } from './walk.ts';

export interface PutJob {
  tree: ImageTree;
  attachments: readonly AttachedTree[];
  /** What faults call the image. */
  name: string;
  open: (blob: Descriptor, offset: number, signal: AbortSignal) => Promise<Readable>;
  target: Target;
  repository: string;
  /** None: the image is there by digest only. */
  tag?: string | undefined;
  pool: BlobPool;
  /** False: a tag that names the digest already is proof enough that its blobs are there; else each is looked at. */
  thorough: boolean;
  chunkBytes?: number | undefined;
  signal?: AbortSignal | undefined;
  progress?: Progress | undefined;
}

export interface Put extends Tally {
  /** The digest that the tag names now; another than the image's where `note` says why. */
  digest: Digest;
  attached: Attached[];
  /** Children of its index that were left out. */
  omitted: Digest[];
  /** What differs from what was asked for, in a sentence. */
  note?: string;
}

/**
 * Puts a whole image into a repository: blobs, children, attachments, and the root (with its tag) last; then looks whether every
 * digest that was put can be pulled. What is there is not sent. Faults: those of Registry, registry.unverified.
 */
export async function putImage(job: PutJob): Promise<Put> {
  const { tree, attachments, target, repository, signal, progress } = job;
  const same = await isThere(job);
  const known = same && !job.thorough;
  const trees = [tree, ...attachments.map((each) => each.tree)];
  const all = contentOf(trees);
  progress?.sized?.(amountOf(all.blobs.values(), all.nodes.values()));
  const tally = emptyTally();
  const { blobs } = known ? contentOf(trees.slice(1)) : all;
  const fresh: Descriptor[] = [];
  const sent = async (blob: Descriptor, stop: AbortSignal): Promise<void> => {
    let told = 0;
    // A chunk that may still arrive needs its bytes; what goes whole is cut by the target.
    const reading = patient(stop);
    const tell = (how: 'moved' | 'here') => (bytes: number) => {
      told += bytes;
      reading.touch();
      progress?.bytes?.(bytes, how, blob.digest);
    };
    let wrong: unknown;
    const open = async (offset: number): Promise<Readable> => {
      const stream = await job.open(blob, offset, reading.signal ?? stop);
      return stream.once('error', (error) => {
        if (error instanceof FaultError && !mayPass(error)) wrong = error;
      });
    };
    const { chunkBytes } = job;
    const how = await putBlob({
      ...{ target, repository, blob, open, chunkBytes, isNew: !same, signal: stop },
      ...{ onBytes: tell('moved'), onKept: tell('here') },
    })
      .catch((error) => {
        // The source's own words say more than the target's about bytes that never came.
        throw wrong ?? error;
      })
      .finally(reading.end);
    count(tally, how, blob.size);
    if (told !== blob.size) progress?.bytes?.(blob.size - told, how, blob.digest);
    // What was mounted was looked at behind the mount.
    if (how === 'moved') fresh.push(blob);
  };
  await inParallel(
    blobs.values(),
    blobs.size,
    (blob, stop) => job.pool.run(blob.size, () => sent(blob, stop), stop),
    signal,
  );

  const counted = (manifest: Manifest, how: 'moved' | 'here'): void => {
    count(tally, how, manifest.bytes.length);
    progress?.bytes?.(manifest.bytes.length, how, manifest.digest);
  };
  for (const { digest, size } of known ? tree.blobs : []) {
    if (blobs.has(digest)) continue;
    count(tally, 'here', size);
    progress?.bytes?.(size, 'here', digest);
  }
  const manifests = new Map<string, Digest>();
  // Looked for at the start, and not there, or another.
  const absent = same ? undefined : (job.tag ?? tree.root.manifest.digest);
  const put = async (manifest: Manifest, name: string): Promise<void> => {
    const there = name === absent ? undefined : await target.registry.resolve(repository, name, signal);
    if (there?.digest === manifest.digest && (await isListed(job, manifest))) return counted(manifest, 'here');
    await target.registry.putManifest(repository, name, manifest, signal);
    counted(manifest, 'moved');
    manifests.set(name, manifest.digest);
  };
  if (known) for (const { manifest } of tree.nodes) counted(manifest, 'here');
  // Children first and in order: an index is refused as long as one of its children is missing.
  for (const { manifest } of known ? [] : tree.nodes.slice(0, -1)) await put(manifest, manifest.digest);
  for (const { attached, tree: own } of attachments) {
    for (const { manifest } of own.nodes.slice(0, -1)) await put(manifest, manifest.digest);
    await put(own.root.manifest, attached.tag ?? attached.digest);
  }
  const root = known ? { digest: tree.root.manifest.digest } : await putRoot(tree, put, job.tag, job.name);
  await verifyPut(job, fresh, manifests);
  const omitted = tree.nodes.flatMap((node) => node.omitted.map((child) => child.digest));
  return { ...tally, ...root, omitted, attached: attachments.map((each) => each.attached) };
}

/** A run that was cut short may have left a referrer without its entry in the list, where we keep that: it is put again, then. */
async function isListed({ target, repository, signal }: PutJob, manifest: Manifest): Promise<boolean> {
  const { subject } = readManifest(manifest);
  if (!subject) return true;
  const listed = await target.registry.referrers(repository, subject.digest, signal);
  return listed.some(({ digest }) => digest === manifest.digest);
}

async function isThere({ tree, target, repository, tag, signal }: PutJob): Promise<boolean> {
  const { digest } = tree.root.manifest;
  return (await target.registry.resolve(repository, tag ?? digest, signal))?.digest === digest;
}

/** Blobs and manifests of trees, each once. */
function contentOf(trees: readonly ImageTree[]): { blobs: Map<Digest, Descriptor>; nodes: Map<Digest, Manifest> } {
  return {
    blobs: new Map(trees.flatMap((each) => each.blobs).map((blob) => [blob.digest, blob])),
    nodes: new Map(trees.flatMap((each) => each.nodes).map(({ manifest }) => [manifest.digest, manifest])),
  };
}

/** What was there before was looked at before; what went there now is looked at again: that it is there, and that it is that. */
async function verifyPut(
  { target, repository, name, signal }: PutJob,
  blobs: readonly Descriptor[],
  manifests: ReadonlyMap<string, Digest>,
) {
  const { registry } = target;
  const missing: string[] = [];
  await Promise.all([
    ...blobs.map(async ({ digest, size }) => {
      const there = await registry.hasBlob(repository, digest, signal);
      // Some registries don't tell the length.
      if (there !== size && there !== 0) missing.push(digest);
    }),
    ...[...manifests].map(async ([each, digest]) => {
      // A tag that another took meanwhile names another image.
      if ((await registry.resolve(repository, each, signal))?.digest !== digest) missing.push(each);
    }),
  ]);
  if (missing.length === 0) return;
  throw fault(
    'registry.unverified',
    `${target.registry.host}/${repository} took ${name}, but does not give back ${missing.join(', ')}.`,
    'Push it again; if it stays, look at the storage of that registry.',
    { about: [name, ...missing] },
  );
}
