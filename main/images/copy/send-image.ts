import { type FaultError, fault } from '../../../shared/fault.ts';
import { type Attached, readAttached } from '../content/attached.ts';
import { damagedFault } from '../content/disk-fault.ts';
import { childLost, mayLack, readLeftOut } from '../content/left-out.ts';
import type { ContentStore, Digest, ImageSource } from '../types.ts';
import type { AttachedTree } from './attachments.ts';
import type { BlobPool } from './blob-pool.ts';
import { withImage } from './image-fault.ts';
import { openChecked } from './open-checked.ts';
import { type Put, putImage } from './put-image.ts';
import type { Progress } from './tally.ts';
import type { Target } from './target.ts';
import { walkImage } from './walk.ts';

export interface SendJob {
  store: Pick<ContentStore, 'root' | 'has' | 'roots' | 'manifest' | 'blob'>;
  /** The root's name in the store; its attachments go along. */
  name: string;
  target: Target;
  repository: string;
  tag?: string;
  /** Shared by all images of a run. */
  pool: BlobPool;
  /** Blobs that are bigger go in chunks of this size; default: whole. */
  chunkBytes?: number;
  signal?: AbortSignal;
  progress?: Progress;
  /** Whether each blob is looked at even when the tag names the image already; default true. */
  thorough?: boolean;
}

/**
 * Sends an image of the store with its attachments to a registry; see putImage. Bytes are hashed once more on the way out.
 * Faults name the image: store.notFound, store.incomplete, store.damaged, those of putImage.
 */
export async function sendImage(job: SendJob): Promise<Put> {
  const { store, name, signal } = job;
  try {
    const root = store.roots().find((each) => each.name === name);
    if (!root) throw missing(name, store.root);
    const source: ImageSource = store;
    const leftOut = readLeftOut(root);
    const here = (child: Digest): boolean => {
      if (store.has(child)) return true;
      if (mayLack(leftOut, child)) return false;
      throw childLost(name, child);
    };
    const tree = await walkImage(source, root.descriptor.digest, name, { here, signal });
    const attachments = await Promise.all(
      readAttached(root).map(async (attached: Attached): Promise<AttachedTree> => {
        return {
          attached,
          tree: await walkImage(source, attached.digest, attached.tag ?? attached.digest, { signal }),
        };
      }),
    );
    return await putImage({
      ...job,
      thorough: job.thorough ?? true,
      tree,
      attachments,
      open: openChecked(source, damaged),
    });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw withImage(error, name);
  }
}

/** A blob of the store that is not what it was when it came in is the disk's doing, not a registry's. */
const damaged = (digest: Digest): FaultError => damagedFault(digest, 'holds other bytes than its name');

const missing = (name: string, root: string) =>
  fault('store.notFound', `${name} is not in the store ${root}.`, 'Pull it first, or import a bundle that holds it.', {
    about: [name],
  });
