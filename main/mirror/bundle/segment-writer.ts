import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import { freeChunk } from '../../images/chunk-memory.ts';
import { diskFault } from '../../images/content/disk-fault.ts';
import { hashFor } from '../../images/digest.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { writeAnew } from './durable.ts';
import { imagesNeeding, type Toc, type TocBlob } from './toc.ts';

/** Unsynced bytes never exceed this: progress tells what the disk has, not what memory holds for it. */
const syncEvery = 64 * 1024 * 1024;

interface SegmentWriter {
  /** Writes segment `index` into `path`, synced, and resolves with its SHA-256 in hex. */
  write(index: number, path: string): Promise<string>;
  /** The hash that `write` would give, from the store alone; `onBytes` tells how far. */
  hash(index: number, onBytes: (bytes: number) => void): Promise<string>;
}

/** A blob that goes on in the next segment: what was hashed of it so far. */
interface Begun {
  digest: Digest;
  at: number;
  hash: Hash;
}

/**
 * Writes segments of a plan from the store. Every blob is hashed on its way and compared with its digest.
 * Faults: store.damaged (names the blob and the images), those of bundleDiskFault.
 */
export function createSegmentWriter(
  store: ContentStore,
  plan: Toc,
  options: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined } = {},
): SegmentWriter {
  const { signal, onBytes } = options;
  let begun: Begun | undefined;

  /** The hash of a blob's first `at` bytes: carried over from the last segment, or read again after a restart. */
  async function hashUpTo(blob: TocBlob, at: number): Promise<Hash> {
    if (at > 0 && begun?.digest === blob.digest && begun.at === at) return begun.hash;
    const hash = hashFor(blob.digest);
    if (at > 0)
      for await (const chunk of bytesOf(blob, 0, at)) {
        hash.update(chunk);
        freeChunk(chunk);
      }
    return hash;
  }

  async function* bytesOf(blob: TocBlob, start: number, bytes: number): AsyncGenerator<Buffer> {
    const body = store.read(blob.digest, { start, end: start + bytes });
    let left = bytes;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        signal?.throwIfAborted();
        const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
        left -= part.length;
        yield part;
        if (left === 0) return;
      }
    } catch (error) {
      throw diskFault(error, store.root);
    } finally {
      body.destroy();
    }
    throw damaged(plan, blob.digest);
  }

  async function fill(index: number, add: (chunk: Buffer) => Promise<void>): Promise<void> {
    for (const blob of plan.blobs) {
      let at = 0;
      for (const [segment, , bytes] of blob.pieces) {
        if (segment === index) {
          const hash = await hashUpTo(blob, at);
          for await (const chunk of bytesOf(blob, at, bytes)) {
            hash.update(chunk);
            await add(chunk);
          }
          begun = { digest: blob.digest, at: at + bytes, hash };
          if (begun.at === blob.size && `${blob.digest.slice(0, 7)}${hash.digest('hex')}` !== blob.digest)
            throw damaged(plan, blob.digest);
        }
        at += bytes;
      }
    }
  }

  return {
    async hash(index, onHashed) {
      const sum = createHash('sha256');
      await fill(index, async (chunk) => {
        sum.update(chunk);
        const { length } = chunk;
        freeChunk(chunk);
        onHashed(length);
      });
      return sum.digest('hex');
    },
    async write(index, path) {
      const onDisk = <T>(work: Promise<T>): Promise<T> =>
        work.catch((error: unknown) => {
          throw bundleDiskFault(error, dirname(path));
        });
      const handle: FileHandle = await onDisk(open(path, writeAnew, 0o644));
      const sum = createHash('sha256');
      let unsynced = 0;
      try {
        await fill(index, async (chunk) => {
          sum.update(chunk);
          for (let at = 0; at < chunk.length; ) at += (await onDisk(handle.write(chunk, at))).bytesWritten;
          const { length } = chunk;
          freeChunk(chunk);
          onBytes?.(length);
          unsynced += length;
          if (unsynced < syncEvery) return;
          unsynced = 0;
          await onDisk(handle.datasync());
        });
        await onDisk(handle.sync());
      } finally {
        await handle.close().catch(() => {});
      }
      return sum.digest('hex');
    },
  };
}

function damaged(plan: Toc, digest: Digest) {
  const images = imagesNeeding(plan, new Set([digest]));
  return fault(
    'store.damaged',
    `Blob ${digest} in the store is not what its name says; ${images.length === 1 ? images[0] : `${images.length} images`} can't be exported.`,
    'Verify the store, pull the images named again, then resume the export.',
    { about: [digest, ...images] },
  );
}
