import type { Readable } from 'node:stream';
import type { Descriptor } from '../types.ts';
import type { Tally } from './tally.ts';
import type { Target } from './target.ts';

export interface PutBlob {
  target: Target;
  repository: string;
  blob: Descriptor;
  /** The blob's bytes from `offset` on, checked as far as they can be. */
  open: (offset: number) => Promise<Readable>;
  /** Chunked from this many bytes on; whole when left out. */
  chunkBytes?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes that went out; negative for those that must go again. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** How many places to try to mount from: each costs a request. */
const mountTries = 2;

/** Sees to it that a blob is in a repository: looks, mounts it from elsewhere at the target, or sends it. */
export async function putBlob(put: PutBlob): Promise<keyof Tally> {
  const { target, repository, blob, signal } = put;
  const { digest } = blob;
  for (;;) {
    signal?.throwIfAborted();
    if (target.knows(digest, repository)) return 'here';
    const how = await target.flights.run(digest, () => once(put), signal);
    if (how) return how;
  }
}

async function once({ target, repository, blob, open, chunkBytes, signal, onBytes }: PutBlob): Promise<keyof Tally> {
  const { registry } = target;
  const { digest, size } = blob;
  const there = await registry.hasBlob(repository, digest, signal);
  // Some registries don't tell the length; a wrong one is no blob.
  if (there === size || there === 0) {
    target.note(digest, repository);
    return 'here';
  }
  const places = target.repositoriesOf(digest).filter((each) => each !== repository);
  for (const from of places.slice(0, mountTries)) {
    if (!(await registry.mount(repository, digest, from, signal))) continue;
    target.note(digest, repository);
    return 'mounted';
  }
  await registry.upload(repository, blob, open, {
    ...(signal && { signal }),
    ...(onBytes && { onBytes }),
    ...(chunkBytes !== undefined && { chunkBytes }),
  });
  target.note(digest, repository);
  return 'moved';
}
