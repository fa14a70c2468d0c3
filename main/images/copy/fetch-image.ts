import { fault } from '../../../shared/fault.ts';
import { type Attached, attachedKey, writeAttached } from '../content/attached.ts';
import { leftOutKey, writeLeftOut } from '../content/left-out.ts';
import { isDigest } from '../digest.ts';
import type { ContentStore, Descriptor, Digest, ImageSource, Registry } from '../types.ts';
import { type AttachedTree, findAttachments } from './attachments.ts';
import type { BlobPool } from './blob-pool.ts';
import { withImage } from './image-fault.ts';
import { inParallel } from './in-parallel.ts';
import { amountOf, count, emptyTally, type Progress, type Tally } from './tally.ts';
import { type ImageTree, walkImage } from './walk.ts';

export interface FetchJob {
  registry: Registry;
  repository: string;
  tagOrDigest: string;
  /** Full reference: the root's name in the store, and what faults call the image. */
  name: string;
  store: ContentStore;
  /** Shared by all images of a run. */
  pool: BlobPool;
  /** `os/architecture[/variant]` to take of an index; none = all. */
  platforms?: readonly string[];
  /** Annotations of the root, as a function of what was found where they depend on it. */
  annotations?: (found: { descriptor: Descriptor; attached: readonly Attached[] }) => Record<string, string>;
  signal?: AbortSignal;
  progress?: Progress;
}

export interface Fetched extends Tally {
  /** The root as the store lists it now. */
  descriptor: Descriptor;
  /** Signatures and others that came along. */
  attached: Attached[];
  /** Children of the index that were left out. */
  omitted: Descriptor[];
  /** Layers that registries need not hold and that were left out. */
  foreign: Descriptor[];
}

/**
 * Brings an image with its signatures and referrers into the store, byte for byte: blobs, then manifests, the root last. What is
 * here is not asked for again; stopping (`signal`) and calling again goes on where it was. Faults name the image: those of
 * Registry, ContentStore and walkImage.
 */
export async function fetchImage(job: FetchJob): Promise<Fetched> {
  const release = job.store.hold();
  try {
    return await fetchHeld(job);
  } catch (error) {
    if (job.signal?.aborted) throw job.signal.reason;
    throw withImage(error, job.name);
  } finally {
    release();
  }
}

async function fetchHeld(job: FetchJob): Promise<Fetched> {
  const { registry, repository, name, store, signal, progress } = job;
  const digest = isDigest(job.tagOrDigest) ? job.tagOrDigest : await resolved(job);
  const source = throughStore(registry, repository, store);
  const tree = await walkImage(source, digest, name, { platforms: job.platforms, signal });
  const manifests = tree.nodes.map(({ manifest }) => manifest.digest);
  const attachments = await findAttachments(registry, source, repository, manifests, signal);

  const tally = emptyTally();
  const trees = [tree, ...attachments.map((each) => each.tree)];
  const blobs = new Map(trees.flatMap((each) => each.blobs).map((blob) => [blob.digest, blob]));
  const nodes = new Map(trees.flatMap((each) => each.nodes).map((node) => [node.manifest.digest, node.manifest]));
  progress?.sized?.(amountOf(blobs.values(), nodes.values()));
  await inParallel(blobs.values(), blobs.size, (blob, stop) => fetchBlob(job, blob, tally, stop), signal);
  for (const { digest: each, bytes: content } of nodes.values()) {
    const how = store.has(each) ? 'here' : 'moved';
    count(tally, how, content.length);
    progress?.bytes?.(content.length, how, each);
  }
  await Promise.all([...nodes.values()].map((manifest) => store.put(manifest.bytes, manifest.digest)));
  return { ...(await listed(job, tree, attachments)), ...tally, omitted: omittedOf(tree), foreign: tree.foreign };
}

/** Sets the root, when it is not there in the same words. */
async function listed({ store, name, annotations }: FetchJob, tree: ImageTree, attachments: readonly AttachedTree[]) {
  const { mediaType, digest, bytes } = tree.root.manifest;
  const descriptor: Descriptor = { mediaType, digest, size: bytes.length };
  const attached = attachments.map((each) => each.attached);
  const trees = [tree, ...attachments.map((each) => each.tree)];
  const indexed = trees.some(({ nodes }) => nodes.some(({ content }) => content.kind === 'index'));
  // What another image set asked for is here: it is not left out.
  const leftOut = trees.flatMap(omittedOf).flatMap(({ digest: child }) => (store.has(child) ? [] : [child]));
  const all = {
    ...annotations?.({ descriptor, attached }),
    ...(attached.length > 0 && { [attachedKey]: writeAttached(attached) }),
    ...(indexed && { [leftOutKey]: writeLeftOut(leftOut) }),
  };
  await store.setRoot({ name, descriptor, annotations: all });
  return { descriptor, attached };
}

async function fetchBlob(job: FetchJob, blob: Descriptor, tally: Tally, signal: AbortSignal): Promise<void> {
  const { registry, repository, store, pool, progress } = job;
  if (store.has(blob.digest)) {
    count(tally, 'here', blob.size);
    progress?.bytes?.(blob.size, 'here', blob.digest);
    return;
  }
  await pool.run(
    blob.size,
    async () => {
      let told = 0;
      const onBytes = (bytes: number): void => {
        told += bytes;
        progress?.bytes?.(bytes, 'moved', blob.digest);
      };
      const open = (offset: number) => {
        // What an earlier run left counts as here, once.
        if (offset > 0 && told === 0) {
          told = offset;
          progress?.bytes?.(offset, 'here', blob.digest);
        }
        return registry.blob(repository, blob, { offset, signal });
      };
      const how = (await store.write(blob, open, { signal, onBytes })) === 'written' ? 'moved' : 'here';
      count(tally, how, blob.size);
      // Another image brought it meanwhile, or an earlier run left it whole but for its name.
      if (told !== blob.size) progress?.bytes?.(blob.size - told, 'here', blob.digest);
    },
    signal,
  );
}

async function resolved({ registry, repository, tagOrDigest, name, signal }: FetchJob): Promise<Digest> {
  const found = await registry.resolve(repository, tagOrDigest, signal);
  if (found) return found.digest;
  throw fault(
    'registry.notFound',
    `${name} is not at ${registry.host}: ${repository} has no ${tagOrDigest}.`,
    'Check its name and tag; tags of old builds are often removed.',
    { about: [name] },
  );
}

/** A repository whose manifests are taken from the store when they are here: the digest says that they are the same. */
export function throughStore(registry: Registry, repository: string, store: ContentStore): ImageSource {
  return {
    manifest: (tagOrDigest, signal) =>
      isDigest(tagOrDigest) && store.has(tagOrDigest)
        ? store.manifest(tagOrDigest)
        : registry.manifest(repository, tagOrDigest, signal),
    blob: (blob, options) => registry.blob(repository, blob, options),
  };
}

const omittedOf = (tree: ImageTree): Descriptor[] => tree.nodes.flatMap(({ omitted }) => omitted);
