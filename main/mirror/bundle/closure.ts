import { readAttached } from '../../images/content/attached.ts';
import { blobsOf, readManifest } from '../../images/manifest.ts';
import { isForeignLayer, isIndexType, isManifestType } from '../../images/media-types.ts';
import type { ContentStore, Descriptor, Digest, StoreRoot } from '../../images/types.ts';

type Blobs = Pick<ContentStore, 'size' | 'has' | 'bytes'>;

/** Everything an image consists of that the store holds (sizes in bytes, its own manifest included), and what it lacks. */
interface Closure {
  needs: Map<Digest, number>;
  missing: Digest[];
}

/**
 * Walks an image and what is attached to it, manifests first. Children that an index names but the store does not hold are left
 * out when at least one child is there: that is how platforms are chosen without touching the index. Foreign layers may be absent.
 */
export async function closureOf(store: Blobs, root: StoreRoot): Promise<Closure> {
  const closure: Closure = { needs: new Map(), missing: [] };
  await walk(store, root.descriptor, closure);
  for (const attached of readAttached(root)) await walk(store, attached, closure);
  return closure;
}

async function walk(
  store: Blobs,
  { digest, mediaType }: Pick<Descriptor, 'digest' | 'mediaType'>,
  closure: Closure,
): Promise<void> {
  if (closure.needs.has(digest)) return;
  const size = store.size(digest);
  if (size === undefined) {
    closure.missing.push(digest);
    return;
  }
  closure.needs.set(digest, size);
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return;
  const content = readManifest({ mediaType, digest, bytes: await store.bytes(digest) });
  const here = content.children.filter((child) => store.has(child.digest));
  for (const child of here.length > 0 ? here : content.children) await walk(store, child, closure);
  for (const blob of blobsOf(content)) {
    const held = store.size(blob.digest);
    if (held !== undefined) closure.needs.set(blob.digest, held);
    else if (!isForeignLayer(blob.mediaType)) closure.missing.push(blob.digest);
  }
}
