import { FaultError, fault } from '../../../shared/fault.ts';
import { algorithmOf, digestOf, hexOf } from '../digest.ts';
import { readDescriptor, readManifest } from '../manifest.ts';
import { ociIndex } from '../media-types.ts';
import type { Descriptor, Digest, Manifest, Registry } from '../types.ts';
import { bodyBytes } from './exchange.ts';
import { nextPage } from './location.ts';
import { fetchManifest, manifestLimit } from './manifests.ts';
import { putBytes, referrerOf } from './put-manifest.ts';
import type { Session } from './session.ts';
import type { TagBook } from './tag-book.ts';

/** Tag of the index that lists referrers where the registry has no API for it (distribution-spec, referrers tag schema). */
export const referrersTag = (digest: Digest): string => `${algorithmOf(digest)}-${hexOf(digest).slice(0, 64)}`;

/**
 * Tags by which cosign finds a digest's signature, attestation and SBOM (sigstore cosign, SIGNATURE_SPEC.md). None of a sha512 digest: a tag
 * has at most 128 characters, and registries refuse to look for a longer one.
 */
export const cosignTags = (digest: Digest): string[] =>
  algorithmOf(digest) === 'sha512'
    ? []
    : ['sig', 'att', 'sbom'].map((end) => `${algorithmOf(digest)}-${hexOf(digest)}.${end}`);

/** What is written in the tag index; undefined when there is none. */
async function tagIndex(
  session: Session,
  repository: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    return await fetchManifest(session, repository, referrersTag(digest), signal);
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'registry.notFound') return undefined;
    throw error;
  }
}

async function byApi(
  session: Session,
  repository: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<Descriptor[] | 'no such path' | undefined> {
  const found: Descriptor[] = [];
  let path: URL | undefined = new URL(`/v2/${repository}/referrers/${digest}`, session.origin);
  const seen = new Set<string>();
  // A server whose next page is a page it gave before would never end.
  for (let page = 0; path && !seen.has(path.href); page += 1) {
    seen.add(path.href);
    const answer = await session.send({
      method: 'GET',
      path,
      repository,
      right: 'pull',
      what: `the referrers of ${digest}`,
      // Registries without the API answer 404; some take the path for a name and say 400 or 405.
      good: page === 0 ? [200, 400, 404, 405] : [200],
      headers: { accept: ociIndex },
      signal,
    });
    const type = String(answer.headers['content-type'] ?? '');
    if (answer.status !== 200 || !/json/.test(type)) {
      const words = (await bodyBytes(answer.body, 65_536))?.toString('utf8') ?? '';
      // A refusal in the words of the specification is about this repository; anything else says that there is no such path.
      const aboutRepository = words.includes('"errors"') && !/"(METHOD_UNKNOWN|UNSUPPORTED)"/.test(words);
      return answer.status === 404 && !aboutRepository ? 'no such path' : undefined;
    }
    const bytes = await bodyBytes(answer.body, 8 * 1_048_576);
    if (!bytes)
      throw fault('registry.tooLarge', `The referrers of ${digest} fill more than 8 MiB.`, 'Leave this image out.', {
        about: [repository],
      });
    found.push(...readManifest({ bytes, mediaType: ociIndex, digest }).children);
    path = nextPage(answer.headers.link, answer.url);
  }
  return found;
}

/** What refers to a digest: by the API, else by the tag index. A registry that has no such API is asked for it once. */
export function createReferrers(session: Session, tags: TagBook): Registry['referrers'] {
  let noApi = false;
  return async (repository, digest, signal) => {
    if (!noApi) {
      const told = await byApi(session, repository, digest, signal);
      if (told !== undefined && told !== 'no such path') return told;
      noApi = told === 'no such path';
    }
    const few = await tags.few(repository, signal);
    if (few && !few.has(referrersTag(digest))) return [];
    const index = await tagIndex(session, repository, digest, signal);
    return index ? readManifest(index).children : [];
  };
}

/**
 * PUTs manifests and keeps the tag index of their subjects where the registry does not (distribution-spec, "if the registry
 * does not set OCI-Subject"). What has one subject goes one after the other: a registry that keeps the list itself may lose an
 * entry, too, when two come at once (olareg 0.1).
 */
export function createPutManifest(session: Session) {
  const queues = new Map<string, Promise<void>>();

  async function addToIndex(
    repository: string,
    subject: Digest,
    entry: Descriptor,
    signal?: AbortSignal,
  ): Promise<void> {
    const tag = referrersTag(subject);
    const index = await tagIndex(session, repository, subject, signal);
    const json = index ? (JSON.parse(index.bytes.toString('utf8')) as Record<string, unknown>) : {};
    const listed = Array.isArray(json['manifests']) ? (json['manifests'] as unknown[]) : [];
    if (listed.some((one, at) => readDescriptor(one, `manifests[${at}]`, subject).digest === entry.digest)) return;
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, ...json, manifests: [...listed, entry] }),
    );
    await putBytes(session, repository, tag, { bytes, mediaType: ociIndex, digest: digestOf(bytes) }, signal);
  }

  return async (repository: string, name: string, manifest: Manifest, signal?: AbortSignal): Promise<void> => {
    // One that is too large is refused below, in better words than a reader's.
    const referrer = manifest.bytes.length > manifestLimit ? undefined : referrerOf(manifest);
    if (!referrer) {
      await putBytes(session, repository, name, manifest, signal);
      return;
    }
    const key = `${repository} ${referrer.subject.digest}`;
    const before = queues.get(key) ?? Promise.resolve();
    const mine = before
      .catch(() => {})
      .then(async () => {
        const { subjectKnown } = await putBytes(session, repository, name, manifest, signal);
        if (!subjectKnown) await addToIndex(repository, referrer.subject.digest, referrer.entry, signal);
      });
    queues.set(key, mine);
    try {
      await mine;
    } finally {
      if (queues.get(key) === mine) queues.delete(key);
    }
  };
}
