import { blobsOf, mediaTypeOf, readManifest } from '../manifest.ts';
import { isForeignLayer, isIndexType, isManifestType } from '../media-types.ts';
import type { Descriptor, Digest, StoreRoot } from '../types.ts';
import { readAttached } from './attached.ts';
import { mayLack } from './left-out.ts';

/** What the walk reads of a store. */
export interface Blobs {
  size(digest: Digest): number | undefined;
  bytes(digest: Digest): Promise<Buffer>;
}

/** A manifest to begin at. The media type may be '' where nobody wrote it down: the bytes tell. */
type Start = Pick<Descriptor, 'digest' | 'mediaType'> & { size?: number };

/** What images consist of. */
export interface Needs {
  /** What the store holds, sizes in bytes; a manifest stands before what it names. */
  here: Map<Digest, number>;
  /** What it lacks, sizes as the manifests say. */
  missing: Map<Digest, { size: number; manifest: boolean }>;
  /** What is named, but need not be here: platforms left out of an index, foreign layers, the subject of an artifact. */
  spared: Set<Digest>;
  /** What was walked. A digest may be here as somebody's layer before it is met as a manifest. */
  walked: Set<Digest>;
}

export const noNeeds = (): Needs => ({ here: new Map(), missing: new Map(), spared: new Set(), walked: new Set() });

/** A root and what is attached to it: where the walk of an image begins. */
export const startsOf = (root: Pick<StoreRoot, 'descriptor' | 'annotations'>): Start[] => [
  root.descriptor,
  ...readAttached(root),
];

/**
 * Walks images from their manifests down; what was walked before (`needs`) is not walked again, and the result is added to it.
 * Children that an index names but the store does not hold are spared when they are among `leftOut` (see readLeftOut), or, where
 * that is not known, when at least one child is there: that is how platforms are chosen without touching the index. With `all` an artifact needs what it is about, too (image-spec manifest.md, subject),
 * and what manifests need that it holds as layers. Faults: registry.refused and registry.schema1 for a manifest that can't be read, those of the store.
 */
export async function needsOf(
  store: Blobs,
  starts: readonly Start[],
  needs: Needs = noNeeds(),
  { all = false, leftOut }: { all?: boolean; leftOut?: readonly Digest[] | undefined } = {},
): Promise<Needs> {
  const { here, missing, spared, walked } = needs;
  const lacks = (digest: Digest): boolean => store.size(digest) === undefined;
  const edges = [...starts].reverse();
  for (let edge = edges.pop(); edge; edge = edges.pop()) {
    const { digest } = edge;
    if (walked.has(digest)) continue;
    walked.add(digest);
    const size = store.size(digest);
    if (size === undefined) {
      missing.set(digest, { size: edge.size ?? 0, manifest: true });
      continue;
    }
    here.set(digest, size);
    if (edge.mediaType !== '' && !isKnown(edge.mediaType)) continue;
    const bytes = await store.bytes(digest);
    const mediaType = edge.mediaType || told(bytes);
    if (mediaType === '') continue;
    const content = readManifest({ digest, bytes, mediaType });
    const chosen = content.children.some((child) => !lacks(child.digest));
    const isSpared = ({ digest: child }: Descriptor): boolean => chosen && lacks(child) && mayLack(leftOut, child);
    const wanted = content.children.filter((child) => !isSpared(child));
    for (const child of content.children) if (isSpared(child)) spared.add(child.digest);
    edges.push(...wanted.reverse());
    for (const blob of blobsOf(content)) {
      const held = store.size(blob.digest);
      if (held !== undefined) {
        here.set(blob.digest, held);
        if (all && isKnown(blob.mediaType)) edges.push(blob);
      } else if (isForeignLayer(blob.mediaType)) spared.add(blob.digest);
      else missing.set(blob.digest, { size: blob.size, manifest: false });
    }
    const { subject } = content;
    if (subject && all) {
      if (lacks(subject.digest)) spared.add(subject.digest);
      else edges.push(subject);
    }
  }
  return needs;
}

const isKnown = (mediaType: string): boolean => isIndexType(mediaType) || isManifestType(mediaType);

/** The media type by the bytes; '' for what is no manifest. */
function told(bytes: Buffer): string {
  try {
    return mediaTypeOf(bytes, '', '');
  } catch {
    return '';
  }
}
