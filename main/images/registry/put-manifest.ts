import { FaultError, fault } from '../../../shared/fault.ts';
import { algorithmOf, digestMismatch, isDigest, matches } from '../digest.ts';
import { readManifest } from '../manifest.ts';
import { isIndexType } from '../media-types.ts';
import type { Descriptor, Manifest } from '../types.ts';
import { sha512Refused } from './blobs.ts';
import { drain } from './exchange.ts';
import { manifestLimit } from './manifests.ts';
import type { Session } from './session.ts';
import { wrongBytes } from './upload-steps.ts';

/** An index whose children are not all there gets its own fault: the way out is to send all children. */
function sparse(error: unknown, host: string, repository: string): unknown {
  if (
    !(error instanceof FaultError) ||
    // Most answer 400, go-containerregistry 404.
    !/^registry\.(refused|notFound)$/.test(error.fault.code) ||
    !/MANIFEST_(BLOB_)?UNKNOWN/.test(error.message)
  )
    return error;
  return fault(
    'registry.sparseRefused',
    `${host} takes no index of ${repository} with some of its images left out.`,
    'Send all platforms of the image, or its one platform by its own digest.',
    { about: [`${host}/${repository}`], cause: error },
  );
}

/**
 * PUT by tag or digest. Resolves to whether the registry took note of the subject itself (OCI-Subject).
 * Faults: registry.tooLarge, above 8 MiB before anything is sent, .sparseRefused, .digestMismatch, those of any answer.
 */
export async function putBytes(
  session: Session,
  repository: string,
  name: string,
  { bytes, mediaType, digest }: Manifest,
  signal?: AbortSignal,
): Promise<{ subjectKnown: boolean }> {
  const place = `${session.host}/${repository}`;
  if (!matches(bytes, digest) || (isDigest(name) && !matches(bytes, name)))
    throw digestMismatch(isDigest(name) ? name : digest, 'checked before sending', 'This computer');
  if (bytes.length > manifestLimit)
    throw fault(
      'registry.tooLarge',
      `The manifest ${digest} for ${place} has more than 8 MiB.`,
      'It is no image of use here; leave it out.',
      {
        field: 'image',
        about: [place],
      },
    );
  try {
    const { headers, body } = await session.send({
      method: 'PUT',
      path: `/v2/${repository}/manifests/${name}`,
      repository,
      right: 'push',
      what: `the manifest ${name}`,
      good: [200, 201],
      headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
      body: bytes,
      signal,
    });
    await drain(body);
    const answered = String(headers['docker-content-digest'] ?? '');
    if (isDigest(answered) && !matches(bytes, answered)) throw digestMismatch(digest, answered, place);
    return { subjectKnown: headers['oci-subject'] !== undefined };
  } catch (error) {
    if (isDigest(name) && algorithmOf(name) === 'sha512' && wrongBytes(error)) throw sha512Refused(session.host, name);
    throw isIndexType(mediaType) ? sparse(error, session.host, repository) : error;
  }
}

/** DELETE by digest, or of a tag alone. Faults: registry.notFound, .refused where deleting is switched off. */
export async function deleteBytes(
  session: Session,
  repository: string,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const { body } = await session.send({
    method: 'DELETE',
    path: `/v2/${repository}/manifests/${name}`,
    repository,
    right: 'delete',
    what: `the manifest ${name}`,
    good: [200, 202, 204],
    signal,
  });
  await drain(body);
}

/** How a manifest stands in a list of referrers (distribution-spec, listing referrers). */
export function referrerOf(manifest: Manifest): { subject: Descriptor; entry: Descriptor } | undefined {
  const { subject, artifactType, annotations } = readManifest(manifest);
  if (!subject) return undefined;
  const { mediaType, digest, bytes } = manifest;
  return {
    subject,
    entry: {
      mediaType,
      digest,
      size: bytes.length,
      ...(artifactType && { artifactType }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}
