import { fault } from '../../../shared/fault.ts';
import { algorithmOf, digestMismatch, digestOf, isDigest } from '../digest.ts';
import { mediaTypeOf, schema1Fault } from '../manifest.ts';
import { acceptManifests, bareType, isIndexType, isManifestType, isSchema1Type } from '../media-types.ts';
import type { Descriptor, Digest, Manifest } from '../types.ts';
import { bodyBytes, drain } from './exchange.ts';
import type { Session } from './session.ts';

const imageName = (place: string, name: string): string => `${place}${name.includes(':') ? '@' : ':'}${name}`;

/** Most bytes of a manifest that are read or sent. */
export const manifestLimit = 8 * 1_048_576;
/** What the distribution-spec asks registries to take; beyond it each decides itself. */
export const commonLimit = 4 * 1_048_576;

const pathOf = (repository: string, name: string) => `/v2/${repository}/manifests/${name}`;

/** HEAD, and GET where HEAD does not say all; undefined when it is not there. */
export async function resolveManifest(
  session: Session,
  repository: string,
  name: string,
  signal?: AbortSignal,
): Promise<Descriptor | undefined> {
  const answer = await session.send({
    method: 'HEAD',
    path: pathOf(repository, name),
    repository,
    right: 'pull',
    what: name,
    good: [200, 404, 405],
    headers: { accept: acceptManifests },
    signal,
  });
  await drain(answer.body);
  if (answer.status === 404) return undefined;
  const type = bareType(String(answer.headers['content-type'] ?? ''));
  if (isSchema1Type(type)) throw schema1Fault(imageName(`${session.host}/${repository}`, name));
  const digest = String(answer.headers['docker-content-digest'] ?? '');
  const length = String(answer.headers['content-length'] ?? '');
  const told = isIndexType(type) || isManifestType(type);
  if (answer.status === 200 && told && isDigest(digest) && /^[1-9]\d*$/.test(length)) {
    if (isDigest(name) && algorithmOf(name) === algorithmOf(digest) && digest !== name)
      throw digestMismatch(name, digest, session.host);
    return { mediaType: type, digest: isDigest(name) ? name : digest, size: Number(length) };
  }
  const { mediaType, digest: found, bytes } = await fetchManifest(session, repository, name, signal);
  return { mediaType, digest: found, size: bytes.length };
}

/** GET with every Accept. The bytes are checked against the digest asked for and the one the registry names. */
export async function fetchManifest(
  session: Session,
  repository: string,
  name: string,
  signal?: AbortSignal,
): Promise<Manifest> {
  return session.pace.retry(async () => {
    const { body, headers } = await session.once({
      method: 'GET',
      path: pathOf(repository, name),
      repository,
      right: 'pull',
      what: name,
      good: [200],
      headers: { accept: acceptManifests },
      signal,
    });
    const place = `${session.host}/${repository}`;
    const type = String(headers['content-type'] ?? '');
    if (isSchema1Type(bareType(type))) {
      body.destroy();
      throw schema1Fault(imageName(place, name));
    }
    const bytes = await bodyBytes(body, manifestLimit);
    if (!bytes)
      throw fault(
        'registry.tooLarge',
        `The manifest ${name} of ${place} has more than 8 MiB.`,
        'It is no image of use here; leave it out.',
        {
          field: 'image',
          about: [place],
        },
      );
    const named = String(headers['docker-content-digest'] ?? '');
    const digest: Digest = isDigest(name) ? name : isDigest(named) ? named : digestOf(bytes);
    const found = digestOf(bytes, algorithmOf(digest));
    if (found !== digest) throw digestMismatch(digest, found, place);
    return { mediaType: mediaTypeOf(bytes, type, `${place} ${name}`), digest, bytes };
  }, signal);
}
