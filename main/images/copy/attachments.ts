import type { Attached } from '../content/attached.ts';
import { hexOf } from '../digest.ts';
import { cosignTags } from '../registry/referrers.ts';
import type { Digest, ImageSource, Registry } from '../types.ts';
import { type ImageTree, walkImage } from './walk.ts';

/** Something that travels with an image, and its manifests and blobs. */
export interface AttachedTree {
  attached: Attached;
  tree: ImageTree;
}

/** Referrers of referrers (a signature of an SBOM) end here. */
const maxDepth = 3;

/**
 * Signatures, attestations, SBOMs and other referrers of manifests in a repository: cosign's tags, and the referrers API or its
 * tag fallback (distribution-spec, listing referrers). `source` gives manifests, from the store where they are here already.
 */
export async function findAttachments(
  registry: Pick<Registry, 'resolve' | 'referrers' | 'fewTags'>,
  source: ImageSource,
  repository: string,
  digests: readonly Digest[],
  signal?: AbortSignal,
): Promise<AttachedTree[]> {
  const found = new Map<string, Attached>();
  // One list of tags instead of three questions for each manifest, where the registry gives a whole one.
  const few = await registry.fewTags(repository, signal);
  const tagged = digests.flatMap((digest) =>
    cosignTags(digest).map(async (tag) => {
      if (few && !few.has(tag)) return;
      const there = await registry.resolve(repository, tag, signal);
      if (there) found.set(tag, { digest: there.digest, mediaType: there.mediaType, size: there.size, tag });
    }),
  );
  const referring = async (digest: Digest, depth: number): Promise<void> => {
    if (depth >= maxDepth) return;
    const list = await registry.referrers(repository, digest, signal);
    const fresh = list.filter((each) => !found.has(hexOf(each.digest)));
    for (const { digest: one, mediaType, size } of fresh) found.set(hexOf(one), { digest: one, mediaType, size });
    await Promise.all(fresh.map((each) => referring(each.digest, depth + 1)));
  };
  await Promise.all([...tagged, ...digests.map((digest) => referring(digest, 0))]);
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, attached]) => attached);
  return Promise.all(
    sorted.map(async (attached) => {
      const tree = await walkImage(source, attached.digest, attached.tag ?? attached.digest, { signal });
      const { manifest } = tree.root;
      return { attached: { ...attached, mediaType: manifest.mediaType, size: manifest.bytes.length }, tree };
    }),
  );
}
