import { readFile } from 'node:fs/promises';
import { type ManifestFacts, readManifest } from './manifest.ts';
import type { Descriptor, Digest, Shelf } from './types.ts';

/** Reads manifests of a shelf once; their content never changes. */
export interface ManifestReader {
  facts(manifest: Pick<Descriptor, 'digest' | 'mediaType'>): Promise<ManifestFacts | undefined>;
}

/** Undefined for what is no manifest, or is not there. */
export function createManifestReader(path: (digest: Digest) => string): ManifestReader {
  const known = new Map<Digest, ManifestFacts>();
  return {
    async facts({ digest, mediaType }) {
      const found = known.get(digest);
      if (found) return found;
      try {
        const facts = readManifest(await readFile(path(digest)), mediaType || undefined);
        known.set(digest, facts);
        return facts;
      } catch {
        return undefined;
      }
    },
  };
}

/** Descriptors of all manifests whose subject is `digest`, as the referrers API lists them (distribution-spec, "Listing Referrers"). */
export async function referrersOf(
  shelf: Shelf,
  reader: ManifestReader,
  repository: string,
  digest: Digest,
): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  for (const manifest of await shelf.manifests(repository)) {
    const facts = await reader.facts(manifest);
    if (facts?.subject !== digest) continue;
    const { artifactType, annotations } = facts;
    found.push({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.size,
      ...(artifactType && { artifactType }),
      ...(annotations && { annotations }),
    });
  }
  return found.sort((a, b) => (a.digest < b.digest ? -1 : 1));
}
