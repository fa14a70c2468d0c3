import { mkdir } from 'node:fs/promises';
import { createRootWriter, readRoots, refName, repositoryName } from './layout-index.ts';
import { byName } from './names.ts';
import type { Descriptor, Digest } from './types.ts';

interface Repository {
  manifests: Map<Digest, Descriptor>;
  tags: Map<string, Digest>;
}

/** Manifests and tags of all repositories, kept in index.json: a root for each tag, and one without a name for what has none. */
export interface Roots {
  repositories(): string[];
  tags(repository: string): string[];
  manifests(repository: string): Descriptor[];
  resolve(repository: string, tagOrDigest: string): Descriptor | undefined;
  put(repository: string, manifest: Descriptor, tags: readonly string[]): Promise<void>;
  removeTag(repository: string, tag: string): Promise<boolean>;
  /** With all tags that point at it. */
  removeManifest(repository: string, digest: Digest): Promise<boolean>;
  anywhere(digest: Digest): boolean;
}

/** Opens the layout's index; an empty layout is written when there is none. */
export async function openRoots(root: string): Promise<Roots> {
  await mkdir(root, { recursive: true });
  const all = new Map<string, Repository>();
  const at = (name: string): Repository => {
    const found = all.get(name) ?? { manifests: new Map(), tags: new Map() };
    all.set(name, found);
    return found;
  };
  const fill = (roots: readonly Descriptor[]): void => {
    all.clear();
    for (const { mediaType, digest, size, annotations = {} } of roots) {
      const name = annotations[repositoryName];
      if (!name) continue;
      const repository = at(name);
      repository.manifests.set(digest, { mediaType, digest, size });
      const tag = annotations[refName]?.slice(name.length + 1);
      if (tag) repository.tags.set(tag, digest);
    }
  };
  fill(await readRoots(root));
  const list = (): Descriptor[] =>
    [...all].flatMap(([name, { manifests, tags }]) => {
      const tagged = new Set(tags.values());
      const bare = [...manifests.values()].filter(({ digest }) => !tagged.has(digest));
      return [
        ...[...tags].map(([tag, digest]) => ({
          ...manifests.get(digest)!,
          annotations: { [refName]: `${name}:${tag}`, [repositoryName]: name },
        })),
        ...bare.map((manifest) => ({ ...manifest, annotations: { [repositoryName]: name } })),
      ];
    });
  // What is answered for is on the disk: what it refused is taken back.
  const save = createRootWriter(root, list, fill);
  if (all.size === 0) await save();
  return {
    repositories: () => [...all.keys()],
    tags: (repository) => [...(all.get(repository)?.tags.keys() ?? [])].sort(byName),
    manifests: (repository) => [...(all.get(repository)?.manifests.values() ?? [])],
    resolve(repository, tagOrDigest) {
      const found = all.get(repository);
      return found?.manifests.get(found.tags.get(tagOrDigest) ?? (tagOrDigest as Digest));
    },
    async put(name, manifest, tags) {
      const repository = at(name);
      repository.manifests.set(manifest.digest, manifest);
      for (const tag of tags) repository.tags.set(tag, manifest.digest);
      await save();
    },
    async removeTag(name, tag) {
      if (!all.get(name)?.tags.delete(tag)) return false;
      await save();
      return true;
    },
    async removeManifest(name, digest) {
      const repository = all.get(name);
      if (!repository?.manifests.delete(digest)) return false;
      for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
      if (repository.manifests.size === 0) all.delete(name);
      await save();
      return true;
    },
    anywhere: (digest) => [...all.values()].some(({ manifests }) => manifests.has(digest)),
  };
}
