import { Readable } from 'node:stream';
import { FaultError, fault } from '../../../shared/fault.ts';
import { digestMismatch, hashFor } from '../digest.ts';
import { mayPass } from '../registry/passing.ts';
import type { Descriptor, Digest, ImageSource } from '../types.ts';

/** How often in a row a body may break without one new byte. */
const patience = 5;

/** Words a mismatch; `found` is the digest of what came, or that there is more of it than the manifest names. */
export type Wrong = (digest: Digest, found: string) => FaultError;
const altered: Wrong = (digest, found) => digestMismatch(digest, found, 'The source');

/** Opens blobs of a source, checked; what begins in the middle is left to the target's own check. `wrong` words a mismatch. */
export function openChecked(source: ImageSource, wrong: Wrong = altered) {
  return async (blob: Descriptor, offset: number, signal: AbortSignal): Promise<Readable> =>
    offset > 0 ? (await source.blob(blob, { offset, signal })).body : checkedBlob(source, blob, signal, wrong);
}

/**
 * A blob's bytes, hashed while they pass, gone on with where its connection breaks. Its error is that of `wrong` when
 * they are not what the digest names, which comes before the end: a receiver that counts bytes must check the digest as well.
 * Chunks are handed on as they come, without copies. Faults: registry.unreachable when it breaks off again and again, and those
 * of the source.
 */
export function checkedBlob(
  source: ImageSource,
  blob: Descriptor,
  signal: AbortSignal | undefined,
  wrong: Wrong,
): Readable {
  const hash = hashFor(blob.digest);
  let at = 0;
  let breaks = 0;
  let body: Readable | undefined;
  let opening = false;

  const finish = (): void => {
    const found = `${blob.digest.slice(0, blob.digest.indexOf(':'))}:${hash.digest('hex')}`;
    if (found === blob.digest) out.push(null);
    else out.destroy(wrong(blob.digest, found));
  };
  const broken = (begun: number, error: unknown): void => {
    body = undefined;
    if (out.destroyed) return;
    breaks = at > begun ? 0 : breaks + 1;
    if (signal?.aborted) out.destroy(signal.reason as Error);
    else if (at === blob.size) finish();
    else if (error instanceof FaultError && !mayPass(error)) out.destroy(error);
    else if (breaks >= patience) out.destroy(endless(blob, at, error));
    else void begin();
  };
  const begin = async (): Promise<void> => {
    if (opening) return;
    opening = true;
    const begun = at;
    try {
      const { body: opened, offset } = await source.blob(blob, { offset: at, ...(signal && { signal }) });
      // A source that would not resume starts anew: what was passed on already is passed over.
      let skip = at - offset;
      body = opened;
      if (out.destroyed) return void opened.destroy();
      opened.on('data', (chunk: Buffer) => {
        const fresh = skip > 0 ? chunk.subarray(Math.min(skip, chunk.length)) : chunk;
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0 || out.destroyed) return;
        // Not every source looks at it: a disk reads on.
        if (signal?.aborted) return void out.destroy(signal.reason as Error);
        at += fresh.length;
        if (at > blob.size)
          return void out.destroy(wrong(blob.digest, `more than the ${blob.size} bytes its manifest names`));
        hash.update(fresh);
        if (!out.push(fresh)) opened.pause();
      });
      let failed: unknown;
      opened.once('error', (error) => {
        failed = error;
      });
      opened.once('close', () => broken(begun, failed));
    } catch (error) {
      out.destroy(error as Error);
    } finally {
      opening = false;
    }
  };
  const out: Readable = new Readable({
    highWaterMark: 1_048_576,
    read() {
      if (body) body.resume();
      else void begin();
    },
    destroy(error, done) {
      body?.destroy();
      done(error);
    },
  });
  return out;
}

const endless = ({ digest, size }: Descriptor, at: number, cause: unknown): FaultError =>
  fault(
    'registry.unreachable',
    `Blob ${digest} breaks off after ${at} of ${size} bytes again and again${why(cause)}.`,
    'Check the registry and what stands between it and here, then resume.',
    { about: [digest], cause },
  );

const why = (cause: unknown): string => (cause instanceof Error ? `: ${cause.message.replace(/\.$/, '')}` : '');
