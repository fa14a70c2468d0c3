import { fault } from '../../../shared/fault.ts';
import { hashFor, hexOf } from '../digest.ts';
import type { Descriptor, ImageSource } from '../types.ts';

/** How often in a row a body may break without a single new byte before its error is passed on. */
const patience = 5;

/**
 * The bytes of a blob as they come, resumed where its connection broke. Size and digest are checked at the end: what was yielded
 * is proven only once the iteration ended. Faults: registry.digestMismatch, and those of the source.
 */
export async function* streamBlob(source: ImageSource, blob: Descriptor, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const hash = hashFor(blob.digest);
  let offset = 0;
  let breaks = 0;
  while (offset < blob.size || (offset === 0 && breaks === 0)) {
    const download = await source.blob(blob, signal ? { offset, signal } : { offset });
    // A registry that would not resume starts again: what we have is passed over, the digest tells whether it was the same.
    let skip = offset - download.offset;
    try {
      for await (const chunk of download.body as AsyncIterable<Buffer>) {
        signal?.throwIfAborted();
        const fresh = skip >= chunk.length ? undefined : skip > 0 ? chunk.subarray(skip) : chunk;
        skip = Math.max(0, skip - chunk.length);
        if (!fresh) continue;
        offset += fresh.length;
        breaks = 0;
        if (offset > blob.size) throw mismatch(blob, `is longer than the ${blob.size} bytes its manifest names`);
        hash.update(fresh);
        yield fresh;
      }
      if (offset < blob.size && ++breaks >= patience)
        throw mismatch(blob, `ends after ${offset} of ${blob.size} bytes`);
    } catch (error) {
      signal?.throwIfAborted();
      if (isMismatch(error) || ++breaks >= patience) throw error;
    } finally {
      download.body.destroy();
    }
    if (blob.size === 0) break;
  }
  const hex = hash.digest('hex');
  if (hex !== hexOf(blob.digest)) throw mismatch(blob, `has the digest ${hex}`);
}

/** A small blob whole, checked; refuses more than `limit` bytes (default 8 MiB) with image.tooLarge before it asks for one. */
export async function readBlob(
  source: ImageSource,
  blob: Descriptor,
  { limit = 8 * 1024 * 1024, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<Buffer> {
  if (blob.size > limit) {
    throw fault(
      'image.tooLarge',
      `The blob ${blob.digest} has ${blob.size} bytes; at most ${limit} are read here.`,
      'Look at the image: a configuration or small artifact is never this large.',
    );
  }
  const chunks: Buffer[] = [];
  for await (const chunk of streamBlob(source, blob, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const mismatch = (blob: Descriptor, what: string) =>
  fault(
    'registry.digestMismatch',
    `The blob ${blob.digest} ${what}.`,
    'Fetch it again; if it stays, the registry holds a damaged copy: push the image there anew.',
  );

const isMismatch = (error: unknown): boolean =>
  (error as { fault?: { code?: string } }).fault?.code === 'registry.digestMismatch';
