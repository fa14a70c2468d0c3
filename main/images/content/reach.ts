import { readManifest } from '../manifest.ts';
import { isIndexType, isManifestType } from '../media-types.ts';
import type { Descriptor, Digest, StoreRoot } from '../types.ts';
import { readAttached } from './attached.ts';

/** What reaching needs of a store. */
interface Blobs {
  size(digest: Digest): number | undefined;
  bytes(digest: Digest): Promise<Buffer>;
  digests(): Digest[];
}

type Edge = Pick<Descriptor, 'digest' | 'mediaType'>;

/** No manifest is bigger (distribution-spec: registries take 4 MiB). */
const manifestLimit = 4 * 1024 * 1024;

/**
 * Every digest that roots need: manifests, configs, layers, what is attached to them, and artifacts whose subject is needed
 * (image-spec manifest.md, subject). Children that are not here (a sparse index) end a branch.
 */
export async function reach(store: Blobs, roots: readonly StoreRoot[]): Promise<Set<Digest>> {
  const seen = new Set<Digest>();
  await visit(
    store,
    seen,
    roots.flatMap((root): Edge[] => [root.descriptor, ...readAttached(root)]),
  );
  let waiting = (await artifacts(store, seen)).filter(({ digest }) => !seen.has(digest));
  for (;;) {
    const found = waiting.filter(({ subject }) => seen.has(subject));
    if (found.length === 0) return seen;
    await visit(store, seen, found);
    waiting = waiting.filter(({ digest }) => !seen.has(digest));
  }
}

async function visit(store: Blobs, seen: Set<Digest>, from: readonly Edge[]): Promise<void> {
  const edges = [...from];
  for (let edge = edges.pop(); edge; edge = edges.pop()) {
    const { digest, mediaType } = edge;
    if (seen.has(digest)) continue;
    seen.add(digest);
    if (!(isIndexType(mediaType) || isManifestType(mediaType)) || store.size(digest) === undefined) continue;
    const { children, config, layers, subject } = readManifest({ digest, mediaType, bytes: await store.bytes(digest) });
    edges.push(...children, ...layers, ...(config ? [config] : []), ...(subject ? [subject] : []));
  }
}

/** Manifests with a subject among the blobs that nothing reached. */
async function artifacts(store: Blobs, seen: ReadonlySet<Digest>): Promise<(Edge & { subject: Digest })[]> {
  const found: (Edge & { subject: Digest })[] = [];
  for (const digest of store.digests()) {
    const size = store.size(digest) ?? 0;
    if (seen.has(digest) || size < 2 || size > manifestLimit) continue;
    const bytes = await store.bytes(digest);
    if (bytes[0] !== 0x7b) continue;
    try {
      const { mediaType } = JSON.parse(bytes.toString('utf8')) as { mediaType?: string };
      if (!mediaType || !(isIndexType(mediaType) || isManifestType(mediaType))) continue;
      const { subject } = readManifest({ digest, mediaType, bytes });
      if (subject) found.push({ digest, mediaType, subject: subject.digest });
    } catch {
      // Some other JSON, or text that only begins like it.
    }
  }
  return found;
}
