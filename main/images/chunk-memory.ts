/**
 * Memory of chunks that pass through. V8 frees a Buffer's bytes only when it collects garbage, and 600 MiB of chunks of 64 KiB make it
 * collect the whole heap every 24 MiB: a quarter of all time. A chunk that its reader marked as passing is freed by its last user instead.
 */

const passing = Symbol('passing');
type Chunk = Buffer & { [passing]?: true };

/** Smaller ones are not worth it. */
const leastBytes = 4096;
/** Far more than a socket of Node's keeps before it asks to wait (64 KiB). */
const unsentBytes = 256 * 1024;

/**
 * Says of a chunk just read that its memory is its own and that nobody reads it again once it was written or sent. A part of a
 * larger piece of memory is not marked: others may hold the rest. Who wants to keep a marked chunk copies it.
 */
export function passingChunk(chunk: Buffer): Buffer {
  if (chunk.length >= leastBytes && chunk.length === chunk.buffer.byteLength) (chunk as Chunk)[passing] = true;
  return chunk;
}

/** Frees a marked chunk, which is empty afterwards; leaves any other alone. */
export function freeChunk(chunk: Buffer): void {
  if ((chunk as Chunk)[passing]) (chunk.buffer as ArrayBuffer).transfer(0);
}

/**
 * Told of each chunk that is handed to a socket, frees those that have left it. A sender waits while more than a socket's high-water mark
 * is unsent, so what so many bytes were handed over after is gone.
 */
export function freeAsSent(): (chunk: Buffer) => void {
  const sent: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    for (let [first] = sent; first && bytes - first.length >= unsentBytes; [first] = sent) {
      bytes -= first.length;
      freeChunk(first);
      sent.shift();
    }
    sent.push(chunk);
    bytes += chunk.length;
  };
}
