import { Readable } from 'node:stream';
import { FaultError, fault } from '../../../shared/fault.ts';
import { algorithmOf, digestMismatch, digestOf, isDigest, matches } from '../digest.ts';
import type { BlobDownload, Descriptor, Digest } from '../types.ts';
import { type Answer, drain } from './exchange.ts';
import { mayPass } from './passing.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';

const pathOf = (repository: string, digest: Digest) => `/v2/${repository}/blobs/${digest}`;

/**
 * HEAD; the size in bytes, undefined when it is not there, 0 also where no length is told. An empty file under the digest of something
 * is none: registries have such after a loss of power.
 */
export async function blobSize(
  session: Session,
  repository: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const ask = (method: 'HEAD' | 'GET', good: number[]) =>
    session.send({ method, path: pathOf(repository, digest), repository, right: 'pull', what: digest, good, signal });
  const isEmpty = ({ headers }: Answer) =>
    headers['content-length'] === '0' && digest !== digestOf('', algorithmOf(digest));
  let answer = await ask('HEAD', [200, 403, 404, 405]);
  if (answer.status === 403 || answer.status === 405 || (answer.status === 200 && isEmpty(answer))) {
    // Storage servers sign a redirect for GET alone, proxies take the length of a HEAD away: its head is looked at, and no more.
    await drain(answer.body);
    answer = await ask('GET', [200, 404]);
    answer.body.on('error', () => {}).destroy();
  } else await drain(answer.body);
  const { status, headers } = answer;
  if (status === 404 || isEmpty(answer)) return undefined;
  const answered = String(headers['docker-content-digest'] ?? '');
  if (isDigest(answered) && answered.slice(0, 6) === digest.slice(0, 6) && answered !== digest)
    throw digestMismatch(digest, answered, session.host);
  const length = String(headers['content-length'] ?? '');
  // Without a length it is there all the same; what it holds is checked by whoever reads it.
  return /^\d+$/.test(length) ? Number(length) : 0;
}

/** A download that goes on at `offset` where the registry can, with the strong ETags of earlier answers in If-Range. */
export function createBlobs(session: Session) {
  const etags = new Map<string, string>();
  const remember = (key: string, etag: string | undefined) => {
    if (!etag || etag.startsWith('W/')) return;
    // Old ones go first: a Map keeps the order of insertion.
    if (etags.size >= 2_000) etags.delete(etags.keys().next().value ?? '');
    etags.set(key, etag);
  };

  return async (
    repository: string,
    { digest, size, data }: Descriptor,
    { offset, signal }: { offset: number; signal?: AbortSignal },
  ): Promise<BlobDownload> => {
    const embedded = data === undefined ? undefined : Buffer.from(data, 'base64');
    if (embedded && embedded.length === size && matches(embedded, digest))
      return { body: Readable.from([embedded]), offset: 0 };
    // A range that starts at the end breaks docker-registry's answer; there is nothing to ask for anyway.
    if (offset === size && size > 0) return { body: Readable.from([]), offset };
    const from = offset > 0 && offset < size ? offset : 0;
    const keyAt = (url: URL) => `${url.origin} ${digest}`;
    const ask = (start: number) =>
      session.send({
        method: 'GET',
        path: pathOf(repository, digest),
        repository,
        right: 'pull',
        what: digest,
        good: start > 0 ? [200, 206, 416] : [200],
        download: true,
        headers: (url): Record<string, string> => {
          const etag = etags.get(keyAt(url));
          return start > 0 ? { range: `bytes=${start}-`, ...(etag && { 'if-range': etag }) } : {};
        },
        signal,
      });
    let answer = await ask(from);
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(answer.headers['content-range'] ?? ''));
    if (answer.status === 206 && range?.[1] === String(from) && (range[2] === '*' || range[2] === String(size)))
      return { body: answer.body, offset: from };
    if (answer.status !== 200) {
      // Another part than asked for, or none: all of it, then.
      answer.body.destroy();
      answer = await ask(0);
    }
    const length = answer.headers['content-length'];
    if (length !== undefined && Number(length) !== size) {
      answer.body.destroy();
      throw digestMismatch(digest, `${length} bytes instead of ${size}`, `${session.host}/${repository}`);
    }
    remember(keyAt(answer.url), answer.headers.etag);
    return { body: answer.body, offset: 0 };
  };
}

/** Not to be had: whoever may push here need not be one who may read there. What is wrong with pushing is told by the upload. */
const denied = (error: unknown): undefined => {
  if (
    error instanceof FaultError &&
    /^registry\.(forbidden|unauthorized|refused)$/.test(error.fault.code) &&
    !mayPass(error)
  )
    return undefined;
  throw error;
};

/** Cross-repository mount; false when the registry would not (it opens an upload instead, which is ended here). */
export async function mountBlob(
  session: Session,
  repository: string,
  digest: Digest,
  from: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const answer = await session
    .send({
      method: 'POST',
      path: `/v2/${repository}/blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`,
      repository,
      right: 'push',
      scopes: [scopeOf('pull', from)],
      what: `${digest} from ${from}`,
      good: [201, 202, 404, 405],
      headers: { 'content-length': '0' },
      signal,
    })
    .catch(denied);
  if (!answer) return false;
  const { status, headers, body, url } = answer;
  await drain(body);
  if (status === 201) return true;
  if (status === 202 && typeof headers.location === 'string' && URL.canParse(headers.location, url.href))
    await session
      .once({
        method: 'DELETE',
        path: new URL(headers.location, url.href),
        repository,
        right: 'push',
        what: 'an upload',
        good: [200, 202, 204, 404, 405],
        signal,
      })
      .then((gone) => drain(gone.body))
      .catch(() => {});
  return false;
}

/**
 * DELETE of a blob, tried once: it tidies up, and some answer 500 for one that is gone, which looks as if it might pass.
 * Faults: registry.notFound, .refused where deleting is switched off.
 */
export async function deleteBlob(
  session: Session,
  repository: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<void> {
  const { body } = await session.once({
    method: 'DELETE',
    path: pathOf(repository, digest),
    repository,
    right: 'delete',
    what: digest,
    good: [200, 202, 204],
    signal,
  });
  await drain(body);
}

/** registry.refused for content whose digest this registry can't check. Many take blobs of sha512, but no manifests (distribution 2, 3). */
export const sha512Refused = (host: string, digest: Digest) =>
  fault(
    'registry.refused',
    `${host} knows no sha512 digests of such content, which ${digest.slice(0, 20)}… needs.`,
    'Use a registry that knows them, or leave this image out.',
    {
      about: [digest],
    },
  );
