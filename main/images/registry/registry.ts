import { fault } from '../../../shared/fault.ts';
import { algorithmOf, digestOf } from '../digest.ts';
import { parseHost } from '../reference.ts';
import type { Digest, Registry, RegistrySettings } from '../types.ts';
import { blobSize, createBlobs, deleteBlob, mountBlob, sha512Refused } from './blobs.ts';
import type { RegistryEffects } from './effects.ts';
import { drain } from './exchange.ts';
import { listRepositories, listTags } from './listing.ts';
import { fetchManifest, resolveManifest } from './manifests.ts';
import { deleteBytes } from './put-manifest.ts';
import { createPutManifest, createReferrers } from './referrers.ts';
import { createSession, type Session } from './session.ts';
import { createTagBook } from './tag-book.ts';
import { uploadBlob } from './upload.ts';

/** GET /v2/ with sign-in (distribution-spec, "determining support"). Faults: registry.refused when it is no registry. */
async function ping(session: Session, signal?: AbortSignal): Promise<{ asked: boolean }> {
  const { status, body } = await session.send({
    method: 'GET',
    path: '/v2/',
    repository: '',
    right: 'pull',
    what: 'the registry',
    good: [200, 404],
    signal,
  });
  await drain(body);
  if (status === 404)
    throw fault(
      'registry.refused',
      `${session.host} answers, but is no registry: there is nothing at /v2/ (404).`,
      'Check host and port.',
      { field: 'host' },
    );
  return { asked: session.signedIn() };
}

/** What the client can besides: tidying up after a probe. */
export interface RegistryClient extends Registry {
  /** Faults: registry.notFound, .refused where deleting is switched off. */
  deleteBlob(repository: string, digest: Digest, signal?: AbortSignal): Promise<void>;
  /** By digest, or a tag alone, which some registries refuse. */
  deleteManifest(repository: string, tagOrDigest: string, signal?: AbortSignal): Promise<void>;
}

/** A client of one registry (main/images/types.ts). Faults at once: reference.host, registry.badCertificate, .badProxy. */
export function createRegistry(settings: RegistrySettings, effects: RegistryEffects): RegistryClient {
  const session = createSession({ ...settings, host: parseHost(settings.host) }, effects);
  const blob = createBlobs(session);
  const tags = createTagBook(session);
  const put = createPutManifest(session);
  const referrers = createReferrers(session, tags);
  let knowsSha512: Promise<void> | undefined;
  // Learned with an empty blob, before gigabytes are sent for nothing.
  const checkSha512 = async (repository: string, signal?: AbortSignal) => {
    const digest = digestOf('', 'sha512');
    const empty = { mediaType: 'application/octet-stream', digest, size: 0 };
    const open = () => Promise.reject(new Error('An empty blob has no bytes to read.'));
    try {
      await uploadBlob({ session, repository, blob: empty, open, options: signal ? { signal } : {} });
    } catch (error) {
      throw (error as { fault?: { code?: string } }).fault?.code?.match(/refused|digestMismatch|notFound/)
        ? sha512Refused(session.host, digest)
        : error;
    }
  };
  return {
    host: session.host,
    ping: (signal) => ping(session, signal),
    resolve: (repository, name, signal) => resolveManifest(session, repository, name, signal),
    manifest: (repository, name, signal) => fetchManifest(session, repository, name, signal),
    hasBlob: (repository, digest, signal) => blobSize(session, repository, digest, signal),
    blob,
    mount: (repository, digest, from, signal) => mountBlob(session, repository, digest, from, signal),
    async upload(repository, one, open, options = {}) {
      if (algorithmOf(one.digest) === 'sha512' && one.size > 0) {
        knowsSha512 ??= checkSha512(repository, options.signal);
        await knowsSha512.catch((error: unknown) => {
          knowsSha512 = undefined;
          throw error;
        });
      }
      return uploadBlob({ session, repository, blob: one, open, options });
    },
    async putManifest(repository, name, manifest, signal) {
      tags.forget(repository);
      await put(repository, name, manifest, signal);
      tags.forget(repository);
    },
    fewTags: tags.few,
    deleteManifest: (repository, name, signal) => deleteBytes(session, repository, name, signal),
    deleteBlob: (repository, digest, signal) => deleteBlob(session, repository, digest, signal),
    tags: (repository, signal) => listTags(session, repository, signal),
    repositories: (signal) => listRepositories(session, signal),
    referrers,
    close: () => session.close(),
  };
}
