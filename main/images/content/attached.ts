import { isDigest } from '../digest.ts';
import type { Descriptor, Digest, StoreRoot } from '../types.ts';

/** A signature, attestation or other manifest that travels with an image: under a tag of its own (cosign) or as a referrer. */
export interface Attached {
  digest: Digest;
  mediaType: string;
  size: number;
  /** `sha256-<hex>.sig`; none for a referrer. */
  tag?: string;
}

/** Annotation of a root that lists, as JSON, what travels with it: prune keeps that as long as the root. */
export const attachedKey = 'bastion.kmm/attached';

export const writeAttached = (attached: readonly Attached[]): string =>
  JSON.stringify(
    attached.map(({ digest, mediaType, size, tag }) => ({ digest, mediaType, size, ...(tag && { tag }) })),
  );

/** What travels with a root; what is not well formed in another's annotation is left out. */
export function readAttached({ annotations }: Pick<StoreRoot, 'annotations'>): Attached[] {
  let list: unknown;
  try {
    list = JSON.parse(annotations[attachedKey] ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return (list as Partial<Descriptor & Attached>[]).flatMap((one) =>
    typeof one?.digest === 'string' && isDigest(one.digest) && typeof one.mediaType === 'string'
      ? [
          {
            digest: one.digest,
            mediaType: one.mediaType,
            size: Number(one.size) || 0,
            ...(one.tag && { tag: one.tag }),
          },
        ]
      : [],
  );
}
