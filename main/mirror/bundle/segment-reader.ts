import { Readable } from 'node:stream';
import { fault } from '../../../shared/fault.ts';
import { passingChunk } from '../../images/chunk-memory.ts';
import type { BlobDownload } from '../../images/types.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { openRegular } from './found-bundle.ts';
import type { TocBlob } from './toc.ts';

const chunkBytes = 1024 * 1024;

/** A blob put together from its pieces, from byte `offset` on. `pathOf` gives a segment's file, undefined when it is not there. */
export function readPieces(
  blob: TocBlob,
  pathOf: (segment: number) => string | undefined,
): (offset: number) => Promise<BlobDownload> {
  return async (offset) => ({ body: Readable.from(chunks(blob, offset, pathOf), { objectMode: false }), offset });
}

async function* chunks(
  blob: TocBlob,
  offset: number,
  pathOf: (segment: number) => string | undefined,
): AsyncGenerator<Buffer> {
  let before = 0;
  for (const [segment, start, bytes] of blob.pieces) {
    const skip = Math.min(bytes, Math.max(0, offset - before));
    before += bytes;
    if (skip < bytes) yield* piece(pathOf(segment), start + skip, bytes - skip, segment);
  }
}

async function* piece(path: string | undefined, start: number, bytes: number, segment: number): AsyncGenerator<Buffer> {
  const handle = path === undefined ? undefined : await openRegular(path);
  if (!handle || path === undefined) throw cut(segment, path);
  try {
    for (let at = 0; at < bytes; ) {
      const want = Math.min(chunkBytes, bytes - at);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(want), 0, want, start + at);
      if (bytesRead === 0) throw cut(segment, path);
      at += bytesRead;
      yield bytesRead === want ? passingChunk(buffer) : buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw bundleDiskFault(error, path);
  } finally {
    await handle.close().catch(() => {});
  }
}

/** A file that was whole a moment ago ends early or is gone: somebody took the disk. */
const cut = (segment: number, path: string | undefined) =>
  fault(
    'store.unplugged',
    `Segment ${segment + 1} can't be read any more${path === undefined ? '' : ` from ${path}`}.`,
    'Plug its disk in again at the same place and resume; what was brought in stays.',
    { field: 'folders' },
  );
