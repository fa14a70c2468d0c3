import { readManifest } from '../../images/manifest.ts';
import type { Descriptor, Manifest } from '../../images/types.ts';

const platformWords = ({ platform }: Descriptor) =>
  platform ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') : '';

/**
 * The manifest itself, or the children of an index without attestations, of the given platforms only (`os/arch[/variant]`; none = all),
 * linux/amd64 first where it is there. `known`: the platforms of the index in words.
 */
export function imagesFor(manifest: Manifest, platforms: readonly string[]): { wanted: Descriptor[]; known: string[] } {
  const { kind, children } = readManifest(manifest);
  if (kind !== 'index') {
    const { mediaType, digest, bytes } = manifest;
    return { wanted: [{ mediaType, digest, size: bytes.length }], known: [] };
  }
  const images = children.filter(
    (child) =>
      child.platform?.architecture !== 'unknown' &&
      !child.annotations?.['vnd.docker.reference.type'] &&
      !child.artifactType,
  );
  const wanted = images.filter((child) => {
    const words = platformWords(child);
    return platforms.length === 0 || platforms.some((one) => words === one || words.startsWith(`${one}/`));
  });
  const first = wanted.find((child) => platformWords(child) === 'linux/amd64') ?? wanted[0];
  const others = wanted.filter((child) => child !== first);
  return { wanted: first ? [first, ...others] : [], known: images.map(platformWords) };
}
