import { Readable } from 'node:stream';

/** Cuts one stream into pieces of given lengths, without opening it anew for each. */
export interface ChunkSource {
  /** The bytes from `offset` on, `length` of them. Opens the stream anew when it does not stand at `offset`. */
  piece(offset: number, length: number): Promise<Readable>;
  close(): void;
}

export function createChunkSource(open: (offset: number) => Promise<Readable>): ChunkSource {
  let stream: Readable | undefined;
  let chunks: AsyncIterator<Buffer> | undefined;
  let at = -1;
  let rest: Buffer | undefined;

  const close = () => {
    stream?.destroy();
    stream = undefined;
    chunks = undefined;
    rest = undefined;
    at = -1;
  };

  async function* take(length: number): AsyncGenerator<Buffer> {
    let left = length;
    let complete = false;
    try {
      while (left > 0) {
        const next = rest ?? (await chunks?.next())?.value;
        rest = undefined;
        if (!next) return;
        const piece = next.length > left ? next.subarray(0, left) : next;
        if (next.length > left) rest = next.subarray(left);
        left -= piece.length;
        at += piece.length;
        yield piece;
      }
      complete = true;
    } finally {
      // Given up in the middle: nobody knows how much of it arrived.
      if (!complete) close();
    }
  }

  return {
    async piece(offset, length) {
      if (!stream || at !== offset) {
        close();
        stream = await open(offset);
        // Errors surface where the pieces are read.
        stream.on('error', () => {});
        chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
        at = offset;
      }
      return Readable.from(take(length), { objectMode: false, highWaterMark: 1_048_576 });
    },
    close,
  };
}
