import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bundleDiskFault } from './disk-fault.ts';
import { type FoundBundle, openRegular } from './found-bundle.ts';

/** `unchecked`: a file of the right size is there, its bytes were not looked at. */
type SegmentState = 'present' | 'missing' | 'damaged' | 'unchecked';

export interface CheckedSegment {
  index: number;
  state: SegmentState;
  /** The file to read it from; '' when missing or damaged. */
  path: string;
}

export interface CheckOptions {
  /** Read each whole and compare it with the signed hash. */
  hash: boolean;
  /** Indexes of the segments to look at; absent = all. */
  only?: ReadonlySet<number> | undefined;
  signal?: AbortSignal | undefined;
  onBytes?: ((bytes: number, segment: string) => void) | undefined;
}

const chunkBytes = 1024 * 1024;

/**
 * What is there of a bundle's segments. A second copy is tried when the first is damaged. Sectors that can't be read are damage;
 * a disk that is gone is the fault store.unplugged.
 */
export async function checkSegments(
  { toc, files }: Pick<FoundBundle, 'toc' | 'files'>,
  options: CheckOptions,
): Promise<CheckedSegment[]> {
  const checked: CheckedSegment[] = [];
  for (const [index, segment] of toc.segments.entries()) {
    if (options.only && !options.only.has(index)) continue;
    const copies = files.get(segment.name) ?? [];
    let state: SegmentState = copies.length === 0 ? 'missing' : 'damaged';
    let good = '';
    for (const path of copies) {
      if (!(await holds(path, segment, options))) continue;
      good = path;
      state = options.hash ? 'present' : 'unchecked';
      break;
    }
    checked.push({ index, state, path: good });
  }
  return checked;
}

async function holds(
  path: string,
  { name, bytes, sha256 }: { name: string; bytes: number; sha256: string },
  { hash, signal, onBytes }: CheckOptions,
): Promise<boolean> {
  try {
    const handle = await openRegular(path);
    if (!handle) return false;
    try {
      if ((await handle.stat()).size !== bytes) return false;
      if (!hash) return true;
      const sum = createHash('sha256');
      const buffer = Buffer.allocUnsafe(chunkBytes);
      for (let at = 0; at < bytes; ) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, at);
        if (bytesRead === 0) return false;
        sum.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
        onBytes?.(bytesRead, name);
      }
      return sum.digest('hex') === sha256;
    } finally {
      await handle.close().catch(() => {});
    }
  } catch (error) {
    signal?.throwIfAborted();
    await stillThere(dirname(path), error);
    return false;
  }
}

/** One bad file is damage; a folder that can't be listed any more is a disk that went. */
async function stillThere(folder: string, cause: unknown): Promise<void> {
  try {
    await readdir(folder);
  } catch {
    throw bundleDiskFault(cause, folder);
  }
}
