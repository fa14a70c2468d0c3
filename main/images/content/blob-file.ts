import type { FileHandle } from 'node:fs/promises';
import { freeChunk } from '../chunk-memory.ts';
import { hashFor } from '../digest.ts';
import type { Digest } from '../types.ts';

/** One write to the disk holds at least this much, but for the last. */
const chunkBytes = 1024 * 1024;

/** After so many bytes the disk begins to take them, so that the fsync at the end finds little left to do. */
const writebackBytes = 32 * chunkBytes;

/** A file that grows at its end and is hashed while it does. */
export interface BlobFile {
  /** Bytes taken so far, written or about to be. */
  readonly at: number;
  /** Whether the disk refused something: whoever reads from a network knows then whose fault an error is. */
  readonly failed: boolean;
  /** Takes bytes, keeps them until they are written and frees passing ones then; a promise when the caller should wait for the disk. */
  add(chunk: Buffer): Promise<void> | undefined;
  /** Resolves when everything taken is in the file; rejects with the first fault of the disk. */
  settle(): Promise<void>;
  /** Empties file and hash. */
  reset(): Promise<void>;
  /** The digest of all that was taken. */
  digest(): string;
}

/** Begins with what the file holds, hashed; what goes beyond `size` can't be right, so then it begins anew. */
export async function createBlobFile(handle: FileHandle, wanted: Digest, size: number): Promise<BlobFile> {
  let hash = hashFor(wanted);
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> | undefined;
  let failed: { error: unknown } | undefined;
  const { size: there } = await handle.stat();
  if (there > size) await handle.truncate(0);
  let at = there > size ? 0 : await hashFile(handle, there, (bytes) => hash.update(bytes));
  let written = at;

  let synced = written;
  let syncing: Promise<void> | undefined;
  const startWriteback = (): void => {
    if (syncing || written - synced < writebackBytes) return;
    synced = written;
    syncing = handle
      .datasync()
      // Only a head start: what is wrong is told by the sync at the end.
      .catch(() => {})
      .finally(() => {
        syncing = undefined;
      });
  };
  const flush = (): void => {
    const [chunks, position] = [gathered, written];
    written += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    const mine = (writing ?? Promise.resolve())
      .then(() => (failed ? undefined : writeAll(handle, chunks, position)))
      .then(() => chunks.forEach(freeChunk))
      .then(startWriteback)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => {
        if (writing === mine) writing = undefined;
      });
    writing = mine;
  };
  const settle = async (): Promise<void> => {
    if (gatheredBytes > 0) flush();
    await writing;
    await syncing;
    if (failed) throw failed.error;
  };
  return {
    get at() {
      return at;
    },
    get failed() {
      return failed !== undefined;
    },
    add(chunk) {
      hash.update(chunk);
      at += chunk.length;
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      if (gatheredBytes < chunkBytes) return undefined;
      // One write under way, the next chunk gathered meanwhile: no more memory than that.
      const before = writing;
      flush();
      if (failed) return settle();
      return before;
    },
    settle,
    async reset() {
      await settle();
      await handle.truncate(0);
      hash = hashFor(wanted);
      at = 0;
      written = 0;
      synced = 0;
    },
    digest: () => `${wanted.slice(0, wanted.indexOf(':'))}:${hash.copy().digest('hex')}`,
  };
}

async function writeAll(handle: FileHandle, chunks: Buffer[], position: number): Promise<void> {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  let { bytesWritten } = await handle.writev(chunks, position);
  // A short write is how a disk begins to be full; the rest then says why.
  for (const rest = bytesWritten < total ? Buffer.concat(chunks) : undefined; rest && bytesWritten < total; ) {
    bytesWritten += (await handle.write(rest, bytesWritten, total - bytesWritten, position + bytesWritten))
      .bytesWritten;
  }
}

/** Reads the first `size` bytes of a file in chunks of 1 MiB; the chunk is only good until `take` returns. Gives how many there were. */
export async function hashFile(handle: FileHandle, size: number, take: (bytes: Buffer) => void): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, size)));
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at);
    if (bytesRead === 0) break;
    take(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return at;
}
