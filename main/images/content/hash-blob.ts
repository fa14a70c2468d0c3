import { open } from 'node:fs/promises';
import { hashFor } from '../digest.ts';
import type { Digest } from '../types.ts';
import { hashFile } from './blob-file.ts';

/** Whether a file holds the bytes that a digest names. Rejects when it can't be read. */
export async function hashesTo(path: string, digest: Digest, signal?: AbortSignal): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const hash = hashFor(digest);
    const { size } = await handle.stat();
    await hashFile(handle, size, (bytes) => {
      signal?.throwIfAborted();
      hash.update(bytes);
    });
    return `${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}` === digest;
  } finally {
    await handle.close();
  }
}
