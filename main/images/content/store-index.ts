import { readFileSync } from 'node:fs';
import { access, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import { readDescriptor } from '../manifest.ts';
import { ociIndex } from '../media-types.ts';
import type { StoreRoot } from '../types.ts';
import { diskFault } from './disk-fault.ts';
import { groupCommit } from './group-commit.ts';
import type { Layout } from './layout.ts';
import { syncFolder } from './sync-folder.ts';

/** Where the OCI layout keeps an image's name (image-spec annotations.md). */
export const nameKey = 'org.opencontainers.image.ref.name';

/** The images of a store, by name: the truth is index.json. */
export interface StoreIndex {
  map(): ReadonlyMap<string, StoreRoot>;
  /** Grows with every change. */
  version(): number;
  /** Resolves when the change is on the disk, together with others of the same moment. */
  change(work: (roots: Map<string, StoreRoot>) => void): Promise<void>;
  settled(): Promise<void>;
}

/** Reads index.json: its roots by name, and what else other tools wrote at its top. A root without a name is known by its digest. */
export function readIndex(layout: Layout): { roots: Map<string, StoreRoot>; rest: Record<string, unknown> } {
  const roots = new Map<string, StoreRoot>();
  let text: string;
  try {
    text = readFileSync(layout.index, 'utf8');
  } catch (error) {
    const told = diskFault(error, layout.root);
    if (told !== error || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw told;
    return { roots, rest: {} };
  }
  try {
    const { manifests, ...rest } = JSON.parse(text) as Record<string, unknown>;
    for (const [at, value] of (Array.isArray(manifests) ? manifests : []).entries()) {
      const { annotations = {}, ...descriptor } = readDescriptor(value, `manifests[${at}]`);
      const { [nameKey]: name, ...ours } = annotations;
      roots.set(name ?? descriptor.digest, { name: name ?? descriptor.digest, descriptor, annotations: ours });
    }
    return { roots, rest };
  } catch (error) {
    throw fault(
      'store.damaged',
      `The list of images ${layout.index} can not be read: ${(error as Error).message}`,
      'Bring it back from a copy, or choose another folder and pull again; the blobs beside it are kept.',
      { field: 'root', cause: error },
    );
  }
}

/** `roots` as index.json says it, names first in order, so that the same images give the same bytes. */
function indexText(roots: ReadonlyMap<string, StoreRoot>, rest: Record<string, unknown>): string {
  const manifests = [...roots.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, descriptor, annotations }) => {
      const named = name === descriptor.digest ? {} : { [nameKey]: name };
      const all = { ...named, ...annotations };
      return Object.keys(all).length > 0 ? { ...descriptor, annotations: all } : descriptor;
    });
  return JSON.stringify({ ...rest, schemaVersion: 2, mediaType: ociIndex, manifests });
}

export async function openIndex(layout: Layout): Promise<StoreIndex> {
  const { roots, rest } = readIndex(layout);
  let version = 0;
  let written = 0;
  const flush = groupCommit(async () => {
    const path = `${layout.index}.new`;
    const begun = version;
    try {
      // The folder of a disk that is gone may stand empty, and another disk be there: this list is of neither.
      await access(join(layout.root, 'oci-layout'));
      const handle = await open(path, 'w');
      try {
        await handle.writeFile(indexText(roots, rest));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(path, layout.index);
      await syncFolder(layout.root);
      written = begun;
    } catch (error) {
      throw diskFault(error, layout.root);
    }
  });
  // Other tools want the file there even when there is no image yet.
  if (roots.size === 0) await flush();
  return {
    map: () => roots,
    version: () => version,
    change(work) {
      work(roots);
      version += 1;
      return flush();
    },
    settled: async () => {
      if (written !== version) await flush();
    },
  };
}
