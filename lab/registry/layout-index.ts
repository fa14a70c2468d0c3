import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable.ts';
import type { Descriptor } from './types.ts';

/** Name of a root in index.json (image-layout.md). */
export const refName = 'org.opencontainers.image.ref.name';
/** Our annotation: the repository a root of a registry's folder belongs to. */
export const repositoryName = 'bastion.kmm/repository';

/** Reads the roots of an OCI image layout; none when there is no index yet. Throws when it is damaged. */
export async function readRoots(root: string): Promise<Descriptor[]> {
  let text: string;
  try {
    text = await readFile(join(root, 'index.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const { manifests } = JSON.parse(text) as { manifests?: Descriptor[] };
  if (!Array.isArray(manifests)) throw new Error(`${join(root, 'index.json')} has no list of manifests`);
  return manifests;
}

/**
 * Writes index.json for others to read. Calls at the same time share one write. Where the disk refuses one, all that waited for it or the
 * next are refused, and `undo` is told what is on the disk.
 */
export function createRootWriter(
  root: string,
  roots: () => Descriptor[],
  undo: (onDisk: Descriptor[]) => void,
): () => Promise<void> {
  let onDisk = roots();
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    const manifests = roots();
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    try {
      await writeDurably(join(root, 'index.json'), `${JSON.stringify(index)}\n`);
      onDisk = manifests;
    } catch (error) {
      running = undefined;
      next = undefined;
      undo(onDisk);
      throw error;
    }
    running = undefined;
  };
  return function save(): Promise<void> {
    if (next) return next;
    if (!running) {
      running = write();
      return running;
    }
    // What changed while a write is under way waits for the one after it, together with all others that come meanwhile.
    next = running.then(() => {
      next = undefined;
      return save();
    });
    return next;
  };
}
