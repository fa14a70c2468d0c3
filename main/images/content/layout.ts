import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import { algorithmOf, hexOf, isDigest } from '../digest.ts';
import type { Digest } from '../types.ts';
import { diskFault } from './disk-fault.ts';

/** Where things lie in a store's folder: an OCI image layout (image-spec image-layout.md) with a folder of ours that other tools pass over. */
export interface Layout {
  root: string;
  index: string;
  own: string;
  partials: string;
  damaged: string;
  journal: string;
  lock: string;
  /** The folder of one algorithm's blobs. */
  algorithm(name: string): string;
  blob(digest: Digest): string;
  partial(digest: Digest): string;
}

export const algorithms = ['sha256', 'sha512'] as const;

export function layoutAt(root: string): Layout {
  const own = join(root, '.bastion');
  const partials = join(own, 'partial');
  const algorithm = (name: string): string => join(root, 'blobs', name);
  return {
    root,
    index: join(root, 'index.json'),
    own,
    partials,
    damaged: join(own, 'damaged'),
    journal: join(own, 'journal'),
    lock: join(own, 'lock.db'),
    algorithm,
    blob: (digest) => join(algorithm(algorithmOf(digest)), hexOf(digest)),
    // No colon: FAT and NTFS forbid it.
    partial: (digest) => join(partials, digest.replace(':', '-')),
  };
}

/** The digest that a file's algorithm and name stand for, undefined for any other file. */
export function digestNamed(algorithm: string, hex: string): Digest | undefined {
  const text = `${algorithm}:${hex}`;
  return isDigest(text) ? text : undefined;
}

/** Makes what is missing of the folders. Only called at opening: later a missing folder means that the disk went away. */
export function makeLayout(layout: Layout): void {
  try {
    for (const name of algorithms) mkdirSync(layout.algorithm(name), { recursive: true });
    for (const folder of [layout.partials, layout.damaged]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(layout.root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskFault(error, layout.root);
  }
}

/** Faults: store.notLayout when the folder says another version than 1.x, or is no layout at all. */
export async function checkLayout(layout: Layout): Promise<void> {
  const text = await readFile(join(layout.root, 'oci-layout'), 'utf8').catch((error: unknown) => {
    throw diskFault(error, layout.root);
  });
  let version: unknown;
  try {
    version = (JSON.parse(text) as { imageLayoutVersion?: unknown }).imageLayoutVersion;
  } catch {
    version = undefined;
  }
  if (typeof version === 'string' && version.startsWith('1.')) return;
  throw fault(
    'store.notLayout',
    `${layout.root} is not an OCI image layout of version 1.`,
    'Choose an empty folder, or one that a store or skopeo made.',
    { field: 'root' },
  );
}
