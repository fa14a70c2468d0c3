import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blobPath, digestOf } from '../digest.ts';
import { writeDurably } from '../durable.ts';
import { refName } from '../layout-index.ts';
import type { Descriptor } from '../types.ts';

/** Writes images into an OCI layout whose roots are named by full references. */
export interface LayoutWriter {
  blob(bytes: Buffer | string, mediaType: string): Descriptor;
  /** `name` without tag gives a root that can only be had by digest. */
  root(name: string, image: Descriptor): void;
  /** Every root so far. */
  roots(): Descriptor[];
  /** Makes the roots visible, at once. */
  save(): Promise<void>;
}

/** The folder is made; blobs that are there are not written again. */
export function createLayoutWriter(root: string): LayoutWriter {
  for (const algorithm of ['sha256', 'sha512']) mkdirSync(join(root, 'blobs', algorithm), { recursive: true });
  writeFileSync(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const roots = new Map<string, Descriptor>();
  return {
    blob(content, mediaType) {
      const bytes = Buffer.from(content);
      const digest = digestOf(bytes);
      const file = blobPath(root, digest);
      mkdirSync(dirname(file), { recursive: true });
      if (!existsSync(file)) writeFileSync(file, bytes);
      return { mediaType, digest, size: bytes.length };
    },
    root(name, { mediaType, digest, size }) {
      roots.set(name, { mediaType, digest, size, annotations: { [refName]: name } });
    },
    roots: () => [...roots.values()],
    async save() {
      const manifests = [...roots.values()];
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      await writeDurably(join(root, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
    },
  };
}
