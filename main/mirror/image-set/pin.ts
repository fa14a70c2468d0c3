import { fault } from '../../../shared/fault.ts';
import { hexOf } from '../../images/digest.ts';
import { formatReference, parseReference, repositoryOf, tagOrDigest } from '../../images/reference.ts';
import type { Digest, Reference } from '../../images/types.ts';
import type { WantedImage } from '../types.ts';
import type { ResolveEffects } from './effects.ts';

/** A reference whose digest is known. */
export type PinnedReference = Reference & { digest: Digest };

/** Asks which digest a tag has now; a digest is taken as it stands. Faults: registry.notFound, those of the registry. */
export async function pin(reference: Reference, { open, signal }: ResolveEffects): Promise<PinnedReference> {
  if (reference.digest) return { ...reference, digest: reference.digest };
  const name = tagOrDigest(reference);
  const found = await open(reference).resolve(name, signal);
  if (found) return { ...reference, tag: name, digest: found.digest };
  throw fault(
    'registry.notFound',
    `${formatReference(reference)} is not there.`,
    'Look at its name and tag; it may not have been pushed or built yet, or was deleted.',
  );
}

/** `path[:tag]` of a set as a place; what it leaves open comes from the image. */
export function targetOf(reference: Reference, target = ''): WantedImage['target'] {
  const own = reference.tag ?? (reference.digest ? `sha256-${hexOf(reference.digest)}`.slice(0, 128) : 'latest');
  if (target === '') return { repository: reference.repository, tag: own };
  const { repository, tag } = parseReference(`target.local/${target}`);
  return { repository, tag: tag ?? own };
}

/**
 * An image as a set wants it, laid out as oc-mirror v2 does (internal/pkg/additional): the path of its source; a digest alone becomes
 * the tag `sha256-<hex>`. `by` follows how it is written: clusters that name a tag need the tag mirrored.
 */
export function wanted(
  reference: PinnedReference,
  written: Reference,
  {
    target = '',
    ...rest
  }: Pick<WantedImage, 'category'> & { target?: string; neededBy?: string[]; facts?: Record<string, string> },
): WantedImage {
  return {
    name: formatReference(reference),
    target: targetOf(reference, target),
    sources: [repositoryOf(reference)],
    by: written.digest ? 'digest' : 'tag',
    ...rest,
  };
}
