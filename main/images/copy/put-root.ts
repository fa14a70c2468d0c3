import { FaultError } from '../../../shared/fault.ts';
import type { Digest, Manifest } from '../types.ts';
import { platformText } from './platforms.ts';
import type { ImageNode, ImageTree } from './walk.ts';

/**
 * Puts an image's root, by tag or digest. A registry that takes no index with children left out gets the one child under the tag
 * instead (the children are there already by digest), and `note` says so: the index is never rewritten, so nobody could pull
 * the original digest.
 */
export async function putRoot(
  tree: ImageTree,
  put: (manifest: Manifest, name: string) => Promise<void>,
  tag: string | undefined,
  name: string,
): Promise<{ digest: Digest; note?: string }> {
  const { manifest, children, omitted } = tree.root;
  try {
    await put(manifest, tag ?? manifest.digest);
    return { digest: manifest.digest };
  } catch (error) {
    const child = preferred(children);
    const sparse = error instanceof FaultError && error.fault.code === 'registry.sparseRefused';
    if (!sparse || omitted.length === 0 || !child) throw error;
    const { digest } = child.manifest;
    if (tag !== undefined) await put(child.manifest, tag);
    const others = children.length - 1;
    const rest = others > 0 ? `; ${others} more can be pulled by digest` : '';
    const which = child.platform ? `its ${platformText(child.platform)} image` : 'its one image';
    return {
      digest,
      note: `The registry takes no index with platforms left out: of ${name}, ${which} ${digest} is there${rest}; ${manifest.digest} can not be pulled.`,
    };
  }
}

/** linux/amd64 where it is there, else the first that is an image. */
function preferred(children: readonly ImageNode[]): ImageNode | undefined {
  const images = children.filter(({ content }) => content.kind === 'image');
  return (
    images.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ??
    images.find(({ platform }) => platform && platform.os !== 'unknown') ??
    images[0]
  );
}
