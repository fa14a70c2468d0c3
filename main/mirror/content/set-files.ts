import { fault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { digestOf, isDigest } from '../../images/digest.ts';
import { readManifest } from '../../images/manifest.ts';
import { ociEmpty, ociManifest } from '../../images/media-types.ts';
import type { ContentStore, Descriptor, StoreRoot } from '../../images/types.ts';
import type { WantedFile } from '../types.ts';

/** Files of a set (release signatures, graph data) are one OCI artifact in the store: so bundles, checks and prune carry them like images. */
const rootName = (set: string) => `bastion.local/set-files/${set}:latest`;
const artifactType = 'application/vnd.bastion.set-files.v1';
const titleKey = 'org.opencontainers.image.title';

const signaturePath = /^signatures\/(sha256|sha512)=([0-9a-f]+)\/signature-[1-9][0-9]*$/;

/**
 * Puts files in; the same files give the same digest. No files: no root. A signature that came earlier stays as long as what it signs is
 * in the store: a release that is no longer asked for, or whose signatures can't be had today, is still carried and verified.
 */
export async function putSetFiles(store: ContentStore, set: string, files: readonly WantedFile[]): Promise<void> {
  if (files.length === 0) return;
  // Nothing reaches these blobs before the root is set.
  const release = store.hold();
  try {
    await putHeld(store, set, [...files, ...(await keptSignatures(store, set, files))]);
  } finally {
    release();
  }
}

async function keptSignatures(store: ContentStore, set: string, files: readonly WantedFile[]): Promise<WantedFile[]> {
  const root = store.roots().find(({ name }) => name === rootName(set));
  const fresh = new Set(files.map(({ path }) => path));
  const before = root ? await filesOf(store, root, 'signatures/').catch(() => []) : [];
  return before.filter(({ path }) => {
    const [, algorithm, hex] = signaturePath.exec(path) ?? [];
    const signed = `${algorithm}:${hex}`;
    return !fresh.has(path) && isDigest(signed) && store.has(signed);
  });
}

async function putHeld(store: ContentStore, set: string, files: readonly WantedFile[]): Promise<void> {
  const layers: Descriptor[] = [];
  for (const { path, mediaType, bytes } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const digest = await store.put(bytes, digestOf(bytes));
    layers.push({ mediaType, digest, size: bytes.length, annotations: { [titleKey]: path } });
  }
  const config = Buffer.from('{}');
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      artifactType,
      config: { mediaType: ociEmpty, digest: await store.put(config, digestOf(config)), size: config.length },
      layers,
    }),
  );
  const digest = await store.put(manifest, digestOf(manifest));
  await store.setRoot({
    name: rootName(set),
    descriptor: { mediaType: ociManifest, digest, size: manifest.length, artifactType },
    annotations: {},
  });
}

/** The set whose files a root of this name carries. */
export const setOfFiles = (name: string): string | undefined => /^bastion\.local\/set-files\/([^:]+):/.exec(name)?.[1];

const isSetFiles = (name: string): boolean => setOfFiles(name) !== undefined;

/** Roots in the store that carry files of sets. */
export const setFileRoots = (store: Pick<ContentStore, 'roots'>): StoreRoot[] =>
  store.roots().filter(({ name }) => isSetFiles(name));

/** Roots by their names, without those that carry files of sets: what a person counts as images. */
export const imagesIn = (names: readonly string[]): number => names.filter((name) => !isSetFiles(name)).length;

/** `149 images and the files of 1 set`: what roots are, in words. */
export function rootsText(names: readonly string[]): string {
  const images = imagesIn(names);
  const sets = names.length - images;
  return `${countText(images, 'image')}${sets > 0 ? ` and the files of ${countText(sets, 'set')}` : ''}`;
}

/**
 * Files of all sets in the store below a folder (`signatures/`; '' = all), by path; the same path of two sets comes once. Fault
 * store.damaged for what cannot be read.
 */
export async function readSetFiles(store: ContentStore, folder = ''): Promise<WantedFile[]> {
  const files = new Map<string, WantedFile>();
  for (const root of setFileRoots(store))
    for (const file of await filesOf(store, root, folder)) files.set(file.path, file);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesOf(store: ContentStore, { name, descriptor }: StoreRoot, folder: string): Promise<WantedFile[]> {
  const manifest = await store.manifest(descriptor.digest);
  const files: WantedFile[] = [];
  for (const layer of readManifest(manifest).layers) {
    const path = layer.annotations?.[titleKey];
    if (path === undefined) {
      throw fault('store.damaged', `${name} holds a file without a name.`, 'Pull the image set again.', {
        about: [name],
      });
    }
    if (path.startsWith(folder))
      files.push({ path, mediaType: layer.mediaType, bytes: await store.bytes(layer.digest) });
  }
  return files;
}
