import { blobsOf, readManifest } from '../../images/manifest.ts';
import { isForeignLayer, isIndexType, isManifestType } from '../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest } from '../../images/types.ts';

/** Everything below an image that the store holds (sizes in bytes, the image's own manifest included), and what it lacks. */
export interface Closure {
  needs: Map<Digest, number>;
  missing: Digest[];
}

/**
 * Walks an image in the store, manifests first. Children that an index names but the store does not hold are left out when at
 * least one child is there: that is how platforms are chosen without touching the index. Foreign layers may be absent too.
 */
export async function closureOf(store: ContentStore, root: Descriptor): Promise<Closure> {
  const closure: Closure = { needs: new Map(), missing: [] };
  await walk(store, root, closure);
  return closure;
}

async function walk(store: ContentStore, at: Descriptor, closure: Closure): Promise<void> {
  if (closure.needs.has(at.digest)) return;
  const size = store.size(at.digest);
  if (size === undefined) {
    closure.missing.push(at.digest);
    return;
  }
  closure.needs.set(at.digest, size);
  if (!isIndexType(at.mediaType) && !isManifestType(at.mediaType)) return;
  const content = readManifest({ mediaType: at.mediaType, digest: at.digest, bytes: await store.bytes(at.digest) });
  const here = content.children.filter(({ digest }) => store.has(digest));
  for (const child of here.length > 0 ? here : content.children) await walk(store, child, closure);
  for (const blob of blobsOf(content)) {
    const held = store.size(blob.digest);
    if (held !== undefined) closure.needs.set(blob.digest, held);
    else if (!isForeignLayer(blob.mediaType)) closure.missing.push(blob.digest);
  }
}
