import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Where a file was read from. `device`: past the page cache (O_DIRECT), so the bytes came from the disk or its own cache. `dropped`:
 * the cache was asked to forget the file before. `cache`: perhaps from memory, which only proves that the file system took the bytes.
 */
export type ReadFrom = 'device' | 'dropped' | 'cache';

/** One megabyte that begins at a page: O_DIRECT wants that, and of all memory Node has only WebAssembly's promises it. */
const alignedBytes = 1024 * 1024;
const directFlag = constants.O_DIRECT ?? 0;

/** SHA-256 (hex) of a regular file, read past the page cache where that can be done. The file must have been synced. */
export async function hashFromDisk(
  path: string,
  options: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined } = {},
): Promise<{ sha256: string; bytes: number; from: ReadFrom }> {
  const buffer = alignedBuffer();
  const direct = directFlag === 0 || !buffer ? undefined : await openDirect(path, buffer);
  if (direct && buffer) {
    try {
      return { ...(await hash(direct, buffer, options)), from: 'device' };
    } finally {
      await direct.close();
    }
  }
  const dropped = await dropCache(path);
  const handle = await open(path, 'r');
  try {
    const read = await hash(handle, buffer ?? Buffer.allocUnsafe(alignedBytes), options);
    return { ...read, from: dropped ? 'dropped' : 'cache' };
  } finally {
    await handle.close();
  }
}

function alignedBuffer(): Buffer | undefined {
  try {
    const pages = alignedBytes / 65_536;
    return Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer);
  } catch {
    // Address space is limited (ulimit -v): WebAssembly reserves more than it uses.
    return undefined;
  }
}

/** A file system that can't read past its cache says so at open or at the first read. */
async function openDirect(path: string, buffer: Buffer): Promise<FileHandle | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | directFlag);
    await handle.read(buffer, 0, buffer.length, 0);
    return handle;
  } catch (error) {
    await handle?.close();
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw error;
  }
}

async function hash(
  handle: FileHandle,
  buffer: Buffer,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined },
): Promise<{ sha256: string; bytes: number }> {
  const sum = createHash('sha256');
  for (let bytes = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
    sum.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
    onBytes?.(bytesRead);
    // Past a short read the offset is no multiple of a block; only the end of a file reads short.
    if (bytesRead < buffer.length) return { sha256: sum.digest('hex'), bytes };
  }
}

/** posix_fadvise(DONTNEED) is not reachable from Node; coreutils' dd asks it for a whole file when it copies nothing. */
async function dropCache(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await promisify(execFile)('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
