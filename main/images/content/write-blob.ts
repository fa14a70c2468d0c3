import { constants } from 'node:fs';
import { type FileHandle, open as openFile, unlink } from 'node:fs/promises';
import { FaultError, fault } from '../../../shared/fault.ts';
import { digestMismatch } from '../digest.ts';
import { mayPass } from '../registry/passing.ts';
import type { BlobDownload, Descriptor, Digest } from '../types.ts';
import { type BlobFile, createBlobFile } from './blob-file.ts';
import { diskFault } from './disk-fault.ts';
import { drainInto } from './drain-into.ts';
import type { FreeSpace } from './free-space.ts';

export interface BlobWrite {
  blob: Pick<Descriptor, 'digest' | 'size'>;
  open: (offset: number) => Promise<BlobDownload>;
  signal: AbortSignal | undefined;
  onBytes: ((bytes: number) => void) | undefined;
  /** The partial's file; it may hold the beginning already. */
  path: string;
  root: string;
  space: FreeSpace;
}

/** How often in a row a body may break without one new byte. */
const patience = 5;

/**
 * Fills a partial file with a blob and syncs it; its name is the caller's business. What lies there from an earlier run is hashed
 * and gone on with. `onBytes` counts what arrives, and takes back (negative) what must be fetched again.
 * Faults: registry.digestMismatch (the partial is dropped), store.full, store.unplugged, those of `open`.
 */
export async function writeBlob(write: BlobWrite): Promise<void> {
  const { blob, path, root, space } = write;
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    const file = await createBlobFile(handle, blob.digest, blob.size);
    const kept = file.at;
    const room = space.reserve(blob.size - kept);
    try {
      await fill(write, file, room.use);
      if (kept > 0 && file.digest() !== blob.digest) {
        // The fault may be in what an earlier run left: the registry is not blamed before a whole fetch.
        write.onBytes?.(-file.at);
        await file.reset();
        await fill(write, file, room.use);
      }
    } finally {
      room.release();
    }
    if (file.digest() !== blob.digest) {
      await unlink(path).catch(() => {});
      throw digestMismatch(blob.digest, file.digest(), 'The source');
    }
    await handle.datasync();
  } catch (error) {
    throw diskFault(error, root);
  } finally {
    await handle?.close().catch(() => {});
  }
}

async function fill(write: BlobWrite, file: BlobFile, use: (bytes: number) => void): Promise<void> {
  const { blob, signal } = write;
  for (let breaks = 0; file.at < blob.size; ) {
    signal?.throwIfAborted();
    const begun = file.at;
    const download = await write.open(begun);
    let cause: unknown;
    try {
      await take(write, file, begun, download, use);
    } catch (error) {
      signal?.throwIfAborted();
      if (file.failed || (error instanceof FaultError && !mayPass(error))) throw error;
      cause = error;
    } finally {
      download.body.destroy();
      await file.settle();
    }
    // What broke is asked for again from where it broke, as long as that brings anything.
    breaks = file.at > begun ? 0 : breaks + 1;
    if (breaks >= patience) throw endless(blob.digest, file.at, blob.size, cause);
  }
}

async function take(
  { blob, signal, onBytes, path }: BlobWrite,
  file: BlobFile,
  begun: number,
  { body, offset }: BlobDownload,
  use: (bytes: number) => void,
): Promise<void> {
  const stop = (): void => void body.destroy(signal?.reason as Error | undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (offset !== begun) {
      if (offset !== 0) throw endless(blob.digest, begun, blob.size, `the source began at byte ${offset}`);
      onBytes?.(-begun);
      await file.reset();
    }
    await drainInto(body, (chunk) => {
      if (file.at + chunk.length > blob.size) throw tooLong(blob);
      const full = file.add(chunk);
      onBytes?.(chunk.length);
      use(chunk.length);
      return full;
    });
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'registry.digestMismatch')
      await unlink(path).catch(() => {});
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

const tooLong = ({ digest, size }: BlobWrite['blob']): FaultError =>
  digestMismatch(digest, `more than ${size} bytes`, 'The source');

const endless = (digest: Digest, at: number, size: number, cause: unknown): FaultError =>
  fault(
    'registry.unreachable',
    `Blob ${digest} breaks off after ${at} of ${size} bytes again and again.`,
    'Check the registry and what stands between it and here, then resume.',
    { about: [digest], cause },
  );
