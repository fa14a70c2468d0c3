import type { Readable } from 'node:stream';
import { FaultError } from '../../../shared/fault.ts';
import { digestMismatch, isDigest } from '../digest.ts';
import type { Descriptor, Registry } from '../types.ts';
import { type Answer, drain } from './exchange.ts';
import { uploadLocation, withDigest } from './location.ts';
import { mayPass } from './passing.ts';
import type { Session } from './session.ts';

type UploadOptions = NonNullable<Parameters<Registry['upload']>[3]>;

/** What both ways of uploading share. */
export interface Upload {
  session: Session;
  repository: string;
  blob: Descriptor;
  open: (offset: number) => Promise<Readable>;
  options: UploadOptions;
}

/** An upload that is open. `leastBytes` is what the registry wants a chunk to have at least (OCI-Chunk-Min-Length). */
interface Begun {
  location: URL;
  leastBytes: number;
}

/** POST: opens an upload. One try: the whole upload is what is tried again. */
export async function beginUpload(upload: Upload): Promise<Begun> {
  return begunBy(await post(upload, '', [202]));
}

/**
 * POST that opens an upload unless the registry finds the blob in `mountFrom`: then undefined. Whoever may not ask so, or is not understood,
 * asks for an upload and no more: what is wrong with that is told.
 */
export async function beginOrMount(upload: Upload): Promise<Begun | undefined> {
  const { blob, options } = upload;
  if (options.mountFrom === undefined) return beginUpload(upload);
  const query = `?mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(options.mountFrom)}`;
  try {
    const answer = await post(upload, query, [201, 202]);
    if (answer.status === 202) return await begunBy(answer);
    await drain(answer.body);
    return undefined;
  } catch (error) {
    if (!(error instanceof FaultError) || mayPass(error)) throw error;
    return beginUpload(upload);
  }
}

const post = ({ session, repository, blob, options: { signal } }: Upload, query: string, good: number[]) =>
  session.once({
    method: 'POST',
    path: `/v2/${repository}/blobs/uploads/${query}`,
    repository,
    right: 'push',
    what: blob.digest,
    good,
    headers: { 'content-length': '0' },
    signal,
  });

async function begunBy({ headers, body, url }: Answer): Promise<Begun> {
  await drain(body);
  return {
    location: uploadLocation(headers.location, url),
    leastBytes: Number(headers['oci-chunk-min-length'] ?? 0) || 0,
  };
}

/** Longest time that leaving an upload may take, ms. */
const leaveMs = 2_000;

/**
 * DELETE of an upload that nobody goes on with: registries keep its bytes for a week or for ever, also those of one that they refused
 * (docker-registry, distribution 3). Whatever comes of it.
 */
export async function leaveUpload({ session, repository }: Upload, location: URL): Promise<void> {
  try {
    const { body } = await session.once({
      method: 'DELETE',
      path: location,
      repository,
      right: 'push',
      what: 'an upload',
      good: [200, 202, 204],
      signal: AbortSignal.timeout(leaveMs),
    });
    await drain(body);
  } catch {
    // It goes when the registry sweeps.
  }
}

/** A session the registry no longer knows (it was cut, or the registry restarted): the blob is begun anew. */
export function lostSession(error: unknown): boolean {
  if (!(error instanceof FaultError)) return false;
  const { code } = error.fault;
  return (
    code === 'registry.notFound' ||
    (code === 'registry.refused' && /BLOB_UPLOAD_(INVALID|UNKNOWN)| 416 /.test(error.message))
  );
}

/** A registry that takes no chunks, or not as the specification has them. */
export const takesNoChunks = (error: unknown): boolean =>
  error instanceof FaultError &&
  error.fault.code === 'registry.refused' &&
  !wrongBytes(error) &&
  / answered (400|405|411|415|501) /.test(error.message);

/**
 * The registry hashed something else than we sent: bytes broke on the way, or the source's bytes are wrong. Some have no code of
 * its own for it and say so of the upload (olareg).
 */
export const wrongBytes = (error: unknown): boolean =>
  error instanceof FaultError &&
  error.fault.code === 'registry.refused' &&
  /DIGEST_INVALID|BLOB_UPLOAD_INVALID[^;]*\b(invalid digest|digest (mismatch|invalid|does not match))/i.test(
    error.message,
  );

/** PUT that ends an upload, with all bytes or none in its body. Faults: registry.digestMismatch. */
export async function endUpload(
  { session, repository, blob, options: { signal } }: Upload,
  location: URL,
  body: (() => Promise<Readable>) | undefined,
  bytes: number,
  onSent?: (bytes: number) => void,
): Promise<void> {
  const answer = await session.once({
    method: 'PUT',
    path: withDigest(location, blob.digest),
    repository,
    right: 'push',
    what: blob.digest,
    good: [200, 201, 204],
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
    body: body ?? Buffer.alloc(0),
    ...(onSent && { onSent }),
    settles: blob.size,
    signal,
  });
  await drain(answer.body);
  const answered = String(answer.headers['docker-content-digest'] ?? '');
  if (isDigest(answered) && answered.slice(0, 6) === blob.digest.slice(0, 6) && answered !== blob.digest)
    throw digestMismatch(blob.digest, answered, `${session.host}/${repository}`);
}
