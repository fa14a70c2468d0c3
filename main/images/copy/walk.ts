import { fault } from '../../../shared/fault.ts';
import { blobsOf, type ManifestContent, readManifest } from '../manifest.ts';
import { isForeignLayer } from '../media-types.ts';
import type { Descriptor, Digest, ImageSource, Manifest } from '../types.ts';
import { choosePlatforms } from './platforms.ts';

/** One manifest of an image and what it names. */
export interface ImageNode {
  manifest: Manifest;
  /** As its index has it; undefined for the root. */
  platform?: Descriptor['platform'];
  content: ManifestContent;
  children: ImageNode[];
  /** Children left out: of other platforms, or not in the source (sparse index: the digest stays). */
  omitted: Descriptor[];
}

/** All of an image. */
export interface ImageTree {
  root: ImageNode;
  /** Each manifest once, children before their index, the root last. */
  nodes: ImageNode[];
  /** Each config and layer once. */
  blobs: Descriptor[];
  /** Layers that registries need not hold; clusters fetch them from elsewhere, so they are not carried. */
  foreign: Descriptor[];
  /** Compressed bytes as they travel, manifests included. */
  bytes: number;
}

export interface WalkOptions {
  /** `os/architecture[/variant]`; none = all. */
  platforms?: readonly string[] | undefined;
  /** Children for which this is false are left out. */
  here?: ((digest: Digest) => boolean) | undefined;
  signal?: AbortSignal | undefined;
}

const maxDepth = 4;
const maxManifests = 2000;

/**
 * Reads an image's manifests, from its index down to the lists of its blobs; writes nothing. `name` is what faults call it.
 * Faults: registry.schema1, image.tooDeep, image.noPlatform, and those of the source.
 */
export async function walkImage(
  source: ImageSource,
  tagOrDigest: string,
  name: string,
  options: WalkOptions = {},
): Promise<ImageTree> {
  const visits = new Map<Digest, Promise<ImageNode>>();
  const { signal, here } = options;
  const visit = async (wanted: string, depth: number, platform?: Descriptor['platform']): Promise<ImageNode> => {
    if (depth > maxDepth) throw tooDeep(name);
    const manifest = await source.manifest(wanted, signal);
    const content = readManifest(manifest);
    const chosen = choosePlatforms(content.children, depth === 0 ? (options.platforms ?? []) : [], name);
    const present = chosen.filter(({ digest }) => here?.(digest) ?? true);
    if (content.children.length > 0 && present.length === 0) throw nothingOf(name);
    // The same child may stand in an index for several platforms, and in several indexes: it is read once.
    const distinct = new Map(present.map((child) => [child.digest, child]));
    const fresh = [...distinct.values()].filter(({ digest }) => !visits.has(digest));
    // Told before any is asked for: their number is what does harm.
    if (visits.size + fresh.length > maxManifests) throw tooDeep(name);
    for (const child of fresh) visits.set(child.digest, visit(child.digest, depth + 1, child.platform));
    const children = await Promise.all([...distinct.keys()].map((digest) => visits.get(digest) as Promise<ImageNode>));
    const omitted = content.children.filter((child) => !present.includes(child));
    return { manifest, content, children, omitted, ...(platform && { platform }) };
  };
  const root = await visit(tagOrDigest, 0);
  const ordered = inOrder(root);
  const all = [
    ...new Map(ordered.flatMap(({ content }) => blobsOf(content)).map((blob) => [blob.digest, blob])).values(),
  ];
  const blobs = all.filter(({ mediaType }) => !isForeignLayer(mediaType));
  return {
    root,
    nodes: ordered,
    blobs,
    foreign: all.filter(({ mediaType }) => isForeignLayer(mediaType)),
    bytes: [...blobs.map(({ size }) => size), ...ordered.map(({ manifest }) => manifest.bytes.length)].reduce(
      (sum, each) => sum + each,
      0,
    ),
  };
}

function inOrder(root: ImageNode): ImageNode[] {
  const found = new Map<Digest, ImageNode>();
  const add = (node: ImageNode): void => {
    if (found.has(node.manifest.digest)) return;
    for (const child of node.children) add(child);
    found.set(node.manifest.digest, node);
  };
  add(root);
  return [...found.values()];
}

const tooDeep = (name: string) =>
  fault(
    'image.tooDeep',
    `${name} has indexes more than ${maxDepth} deep, or more than ${maxManifests} manifests.`,
    'Such an image is broken or made to do harm; leave it out.',
    { about: [name] },
  );

const nothingOf = (name: string) =>
  fault('image.incomplete', `No child of the index ${name} is here.`, 'Pull the image again.', { about: [name] });
