import { Readable } from 'node:stream';
import { streamBlob } from '../layer/blob-stream.ts';
import type { Descriptor, ImageSource } from '../types.ts';

/** Opens blobs of a source, hashed while they stream; what begins in the middle is left to the target's own check. */
export function openChecked(source: ImageSource, stream: typeof streamBlob = streamBlob) {
  return async (blob: Descriptor, offset: number, signal: AbortSignal): Promise<Readable> =>
    offset > 0
      ? (await source.blob(blob, { offset, signal })).body
      : Readable.from(stream(source, blob, signal), { objectMode: false, highWaterMark: 1_048_576 });
}
