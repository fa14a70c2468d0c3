import type { Readable } from 'node:stream';
import type { Descriptor } from '../types.ts';
import { smallBytes } from './blob-pool.ts';
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
  /** Whether it is likely not there, as when the image is new: then a small one is looked for by the request that begins to send it. */
  isNew: boolean;
  signal?: AbortSignal | undefined;
  /** Bytes that went out; negative for those that must go again. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Bytes that an earlier run got across; negative when they are lost after all. */
  onKept?: ((bytes: number) => void) | undefined;
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

async function once(put: PutBlob): Promise<keyof Tally> {
  const { target, repository, blob } = put;
  const how = await bring(put);
  target.note(blob.digest, repository);
  // Also when it came another way meanwhile.
  if (inChunks(put)) target.uploads?.drop(repository, blob.digest);
  return how;
}

const inChunks = ({ chunkBytes, blob }: PutBlob): boolean => chunkBytes !== undefined && blob.size > chunkBytes;

async function bring(put: PutBlob): Promise<keyof Tally> {
  const { target, repository, blob, open, chunkBytes, signal, onBytes, onKept } = put;
  const { registry } = target;
  const { digest, size } = blob;
  const isHere = async (): Promise<boolean> => {
    const there = await registry.hasBlob(repository, digest, signal);
    // Some registries don't tell the length; a wrong one is no blob.
    return there === size || there === 0;
  };
  const look = !put.isNew || size >= smallBytes || inChunks(put);
  if (look && (await isHere())) return 'here';
  const places = (await target.repositoriesOf(digest)).filter((each) => each !== repository);
  for (const from of places.slice(0, mountTries)) {
    // What the registry says it took over, but lost the bytes of, is sent.
    if ((await registry.mount(repository, digest, from, signal)) && (await isHere())) return 'mounted';
  }
  const uploads = inChunks(put) ? target.uploads : undefined;
  const session = uploads?.find(repository, digest);
  const options = {
    ...(signal && { signal }),
    ...(onBytes && { onBytes }),
    ...(onKept && { onKept }),
    ...(chunkBytes !== undefined && { chunkBytes }),
    ...(session && { session }),
    ...(uploads && {
      onSession: (standing: { location: string; offset: number }) => uploads.keep(repository, digest, standing),
    }),
  };
  const first = look ? options : { ...options, mountFrom: repository };
  if (await registry.upload(repository, blob, open, first)) return 'moved';
  // What a registry says it has, but lost the bytes of, is sent.
  if (await isHere()) return 'here';
  await registry.upload(repository, blob, open, options);
  return 'moved';
}
