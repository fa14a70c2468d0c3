import type { ImageSource, Registry } from '../types.ts';
import { findAttachments } from './attachments.ts';
import type { BlobPool } from './blob-pool.ts';
import { withImage } from './image-fault.ts';
import { openChecked } from './open-checked.ts';
import { type Put, putImage } from './put-image.ts';
import type { Progress } from './tally.ts';
import type { Target } from './target.ts';
import { walkImage } from './walk.ts';

export interface CopyJob {
  from: { registry: Registry; repository: string; tagOrDigest: string };
  /** What faults call the image. */
  name: string;
  target: Target;
  repository: string;
  tag?: string;
  pool: BlobPool;
  platforms?: readonly string[];
  chunkBytes?: number;
  signal?: AbortSignal;
  progress?: Progress;
  /** Whether each blob is looked at even when the tag names the image already; default false. */
  thorough?: boolean;
}

/** Copies an image with its attachments from registry to registry, hashed on the way, without keeping it; see putImage. */
export async function copyImage(job: CopyJob): Promise<Put> {
  const { from, name, platforms, signal } = job;
  const source: ImageSource = {
    manifest: (tagOrDigest, stop) => from.registry.manifest(from.repository, tagOrDigest, stop),
    blob: (blob, options) => from.registry.blob(from.repository, blob, options),
  };
  try {
    const tree = await walkImage(source, from.tagOrDigest, name, { platforms, signal });
    const digests = tree.nodes.map(({ manifest }) => manifest.digest);
    const attachments = await findAttachments(from.registry, source, from.repository, digests, signal);
    return await putImage({ ...job, thorough: job.thorough ?? false, tree, attachments, open: openChecked(source) });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw withImage(error, name);
  }
}
