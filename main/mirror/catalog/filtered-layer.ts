import { Readable } from 'node:stream';
import type { ContentStore } from '../../images/types.ts';
import { addFolder, type MadeLayer, packLayer } from '../made-image/pack-layer.ts';

export interface LayerPlan {
  /** Folder of the catalog, without slashes at the ends. */
  configs: string;
  /** Caches to take away. */
  caches: readonly string[];
  /** By path in the folder. */
  files: ReadonlyMap<string, Buffer>;
}

/**
 * Brings a layer into the store that replaces a catalog's folder and takes its caches away (image-spec layer.md, whiteouts). The same plan
 * gives the same bytes.
 */
export async function writeLayer(plan: LayerPlan, store: ContentStore, signal?: AbortSignal): Promise<MadeLayer> {
  const { chunks, descriptor, diffId } = await packLayer(entriesOf(plan), signal);
  const open = async () => ({ body: Readable.from(chunks), offset: 0 });
  await store.write(descriptor, open, signal ? { signal } : {});
  return { descriptor, diffId };
}

function entriesOf({ configs, caches, files }: LayerPlan): Map<string, Buffer | undefined> {
  const entries = new Map<string, Buffer | undefined>();
  for (const cache of caches) {
    const slash = cache.lastIndexOf('/');
    if (slash > 0) addFolder(entries, cache.slice(0, slash));
    entries.set(`${cache.slice(0, slash + 1)}.wh.${cache.slice(slash + 1)}`, Buffer.alloc(0));
  }
  addFolder(entries, configs);
  // Opaque instead of `.wh.` beside: unpackers differ on a name that is removed and made in one layer.
  entries.set(`${configs}/.wh..wh..opq`, Buffer.alloc(0));
  for (const [path, bytes] of files) {
    const slash = path.lastIndexOf('/');
    addFolder(entries, slash < 0 ? configs : `${configs}/${path.slice(0, slash)}`);
    entries.set(`${configs}/${path}`, bytes);
  }
  return entries;
}
