import type { Readable } from 'node:stream';

/**
 * Hands each chunk of a stream to `take`, which may ask to wait; resolves when the stream has ended or was closed, rejects with
 * its error or that of `take`. Reading by events hands on the chunks as they come: `for await` would copy them together.
 */
export function drainInto(body: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(error);
      body.destroy();
    };
    body.on('data', (chunk: Buffer) => {
      try {
        const full = take(chunk);
        if (!full) return;
        body.pause();
        full.then(() => body.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
    body.once('end', resolve);
    body.once('error', reject);
    // Destroyed without a word: what is missing is seen by its length.
    body.once('close', resolve);
  });
}
