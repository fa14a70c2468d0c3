import { fault } from '../../../shared/fault.ts';
import { type ManifestContent, readManifest } from '../manifest.ts';
import type { Descriptor, ImageSource, Manifest } from '../types.ts';

/** The layers of an image's manifest, the base first. Faults: image.index for an index, those of readManifest. */
export function layersOf(manifest: Manifest): Descriptor[] {
  return image(manifest).layers;
}

/** The configuration blob of an image's manifest. Faults: image.index, image.config, those of readManifest. */
export function configOf(manifest: Manifest): Descriptor {
  const { config } = image(manifest);
  if (config) return config;
  throw fault('image.config', `${manifest.digest} has no configuration.`, 'It is no container image; take another.');
}

function image(manifest: Manifest): ManifestContent {
  const content = readManifest(manifest);
  if (content.kind !== 'index') return content;
  throw fault(
    'image.index',
    `${manifest.digest} is an index of several platforms, no image.`,
    'Choose one of its platforms.',
  );
}

/**
 * The manifest of one platform (`linux/amd64`) behind a tag or digest: that of an index is chosen; an index without the platform
 * gives its first image. Attestations (`unknown/unknown`) are never chosen. Faults: image.index when it holds no image.
 */
export async function openImage(
  source: ImageSource,
  tagOrDigest: string,
  { platform = 'linux/amd64', signal }: { platform?: string; signal?: AbortSignal } = {},
): Promise<Manifest> {
  const manifest = await source.manifest(tagOrDigest, signal);
  const { kind, children } = readManifest(manifest);
  if (kind !== 'index') return manifest;
  const images = children.filter((child) => child.platform?.os !== 'unknown');
  const named = ({ platform: at }: Descriptor) => `${at?.os}/${at?.architecture}${at?.variant ? `/${at.variant}` : ''}`;
  const chosen =
    images.find((child) => named(child) === platform) ??
    images.find((child) => named(child).startsWith(`${platform}/`)) ??
    images[0];
  if (!chosen) throw fault('image.index', `${manifest.digest} is an index without an image.`, 'Take another image.');
  return openImage(source, chosen.digest, { platform, ...(signal && { signal }) });
}
