import { fault } from '../../../shared/fault.ts';
import { checkedBlob, type Wrong } from '../copy/open-checked.ts';
import { isDigest } from '../digest.ts';
import type { Descriptor, ImageSource } from '../types.ts';

/**
 * The bytes of a blob as they come, resumed where its connection broke. Size and digest are checked at the end: what was given
 * is proven only once the iteration ended. Faults: registry.digestMismatch, those of checkedBlob.
 */
export async function* streamBlob(source: ImageSource, blob: Descriptor, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const body = checkedBlob(source, blob, signal, mismatch);
  let chunk: Buffer | undefined;
  let failed: unknown;
  let over = false;
  let wake = (): void => {};
  // By events, one at a time: `for await` of the stream would copy what waits together.
  body.on('data', (came: Buffer) => {
    chunk = came;
    body.pause();
    wake();
  });
  body.once('error', (error) => {
    failed = error;
  });
  body.once('close', () => {
    over = true;
    wake();
  });
  try {
    for (;;) {
      while (!chunk && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          body.resume();
        });
      }
      if (!chunk) break;
      const passed = chunk;
      chunk = undefined;
      yield passed;
    }
    if (failed) throw failed;
  } finally {
    body.destroy();
  }
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

const mismatch: Wrong = (digest, found) =>
  fault(
    'registry.digestMismatch',
    `The blob ${digest} has ${isDigest(found) ? 'the digest ' : ''}${found}.`,
    'Fetch it again; if it stays, the registry holds a damaged copy: push the image there anew.',
  );
