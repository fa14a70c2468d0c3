import { FaultError } from '../../../shared/fault.ts';
import { digestMismatch } from '../digest.ts';
import { createChunkSource } from './chunk-source.ts';
import { drain } from './exchange.ts';
import { uploadLocation } from './location.ts';
import { mayPass, PassingFault } from './passing.ts';
import { patient } from './patience.ts';
import {
  beginUpload,
  endUpload,
  leaveUpload,
  lostSession,
  takesNoChunks,
  type Upload,
  wrongBytes,
} from './upload-steps.ts';

/** Where an upload stands: the newest Location and how many bytes the registry has. */
interface Standing {
  location: URL;
  offset: number;
}

/** GET of an upload's state (distribution-spec, "resume"), one try; undefined when the registry has lost it or does not tell. */
async function standing(
  { session, repository, blob, options: { signal } }: Upload,
  location: URL,
): Promise<Standing | undefined> {
  try {
    const { headers, body, url } = await session.once({
      method: 'GET',
      path: location,
      repository,
      right: 'push',
      what: `the upload of ${blob.digest}`,
      good: [200, 202, 204],
      signal,
    });
    await drain(body);
    const end = /^(?:bytes=)?0-(\d+)$/.exec(String(headers.range ?? ''))?.[1];
    // docker-registry says 0-0 for nothing as well as for one byte: the first chunk is sent again, then.
    const offset = end === undefined || end === '0' ? 0 : Number(end) + 1;
    if (offset > blob.size) return undefined;
    return { location: headers.location ? uploadLocation(headers.location, url) : location, offset };
  } catch (error) {
    // Some answer no such question at all (go-containerregistry: 400): what stands there is not known, then.
    if (
      lostSession(error) ||
      (error instanceof FaultError && error.fault.code === 'registry.refused' && !mayPass(error))
    )
      return undefined;
    throw error;
  }
}

/**
 * The same for the session of an earlier run, which registries drop, sign for a time only, or forget the key of when they start
 * again. Whatever is wrong with it: the blob is begun anew.
 */
async function earlier(upload: Upload, stored: string): Promise<Standing | undefined> {
  try {
    // What was plain HTTP then may be TLS now.
    const location = uploadLocation(stored, new URL(upload.session.origin));
    return await upload.session.pace.retry(() => standing(upload, location), upload.options.signal);
  } catch {
    upload.options.signal?.throwIfAborted();
    return undefined;
  }
}

/**
 * PATCH by PATCH with the newest Location each time, then an empty PUT. What an earlier run got across is asked for and not
 * sent again; a session that broke is begun anew. Stopped, it lets the chunk under way arrive where that takes a moment only: some
 * registries drop a session that is cut inside of one. False when the registry takes no chunks: nothing was sent, then.
 */
export async function uploadChunks(upload: Upload, chunkBytes: number): Promise<boolean> {
  const { session, repository, blob, options } = upload;
  const { signal, onBytes, onSession, onKept } = options;
  const patience = patient(signal);
  const source = createChunkSource(upload.open);
  let least = 0;
  /** Bytes told so far, and how many of them by `onKept`. */
  let counted = 0;
  let kept = 0;
  let progressed = false;
  let mismatches = 0;
  let at: Standing | undefined;
  const count = (offset: number) => {
    const lost = Math.max(0, kept - offset);
    const sent = offset - counted + lost;
    if (lost > 0) onKept?.(-lost);
    if (sent !== 0) onBytes?.(sent);
    kept -= lost;
    counted = offset;
  };
  const moved = (next: Standing) => {
    at = next;
    onSession?.({ location: next.location.href, offset: next.offset });
  };

  async function sendOne({ location, offset }: Standing): Promise<void> {
    const length = Math.min(Math.max(chunkBytes, least), blob.size - offset);
    const { headers, body, url } = await session.once({
      method: 'PATCH',
      path: location,
      repository,
      right: 'push',
      what: `bytes ${offset} to ${offset + length - 1} of ${blob.digest}`,
      good: [202, 204],
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(length),
        'content-range': `${offset}-${offset + length - 1}`,
      },
      settles: length,
      body: () => source.piece(offset, length),
      onSent: (bytes) => {
        counted += bytes;
        patience.touch();
        onBytes?.(bytes);
      },
      signal: patience.signal,
    });
    await drain(body);
    const end = /^(?:bytes=)?0-(\d+)$/.exec(String(headers.range ?? ''))?.[1];
    if (end !== undefined && Number(end) + 1 !== offset + length)
      throw new PassingFault({
        code: 'registry.refused',
        message: `${session.host} has ${Number(end) + 1} bytes of ${blob.digest} after ${offset + length} were sent.`,
        remedy: 'Try again; if it stays, send it without chunks.',
      });
    progressed = true;
    moved({ location: headers.location ? uploadLocation(headers.location, url) : location, offset: offset + length });
  }

  if (options.session) at = await earlier(upload, options.session.location);
  if (at && at.offset > 0) {
    kept = at.offset;
    counted = kept;
    onKept?.(kept);
  }
  try {
    return await session.pace.retry(
      async (failed) => {
        progressed = false;
        if (failed > 0 && at) at = await standing(upload, at.location);
        if (!at) {
          const { location, leastBytes } = await beginUpload(upload);
          least = leastBytes;
          moved({ location, offset: 0 });
        }
        try {
          count((at as Standing).offset);
          while ((at as Standing).offset < blob.size) {
            signal?.throwIfAborted();
            await sendOne(at as Standing);
          }
          await endUpload(upload, (at as Standing).location, undefined, 0);
          return true;
        } catch (error) {
          if (mayPass(error)) throw error;
          if (at?.offset === 0 && takesNoChunks(error)) {
            count(0);
            await leaveUpload(upload, at.location);
            return false;
          }
          if (lostSession(error) || wrongBytes(error)) {
            if (at && wrongBytes(error)) await leaveUpload(upload, at.location);
            at = undefined;
            source.close();
            count(0);
            if (wrongBytes(error)) mismatches += 1;
            if (mismatches > 1) throw digestMismatch(blob.digest, 'as the registry counts', 'What was sent');
            throw new PassingFault((error as FaultError).fault, { cause: error });
          }
          throw error;
        }
      },
      signal,
      () => progressed,
    );
  } catch (error) {
    // Where it is written down, the next run goes on with it.
    if (at && !onSession) await leaveUpload(upload, (at as Standing).location);
    throw error;
  } finally {
    patience.end();
    source.close();
  }
}
