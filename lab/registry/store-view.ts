import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, parseDigest } from './digest.ts';
import { readRoots, refName } from './layout-index.ts';
import { byName, pathOf } from './names.ts';
import { createManifestReader } from './referrers.ts';
import type { Descriptor, Digest, Shelf } from './types.ts';

/** Where an image is served, when its own name is not to say it: `repository:tag`. */
const targetAnnotation = 'bastion.kmm/target';

/** JSON list of what travels with an image: `{digest, tag?}`, signatures under tags of their own among them. */
const attachedAnnotation = 'bastion.kmm/attached';
/** JSON of all that the application knows of an image; `attached` in it is such a list as well. */
const imageAnnotation = 'bastion.kmm/image';

interface Repository {
  tags: Map<string, Descriptor>;
  /** Manifests that its roots reach, and those that refer to one of them. */
  manifests: Map<Digest, Descriptor>;
  blobs: Set<Digest>;
}

interface Attached {
  digest: Digest;
  tag?: string;
}

/** `repository:tag` of further places, apart by blanks, as the application's push knows them. */
function alsoAt(annotations: Record<string, string>): string[] {
  try {
    const { facts } = JSON.parse(annotations[imageAnnotation] ?? '{}') as { facts?: { alsoAt?: unknown } };
    return String(facts?.alsoAt ?? '')
      .split(' ')
      .filter(Boolean);
  } catch {
    return [];
  }
}

function attachedTo(annotations: Record<string, string>): Attached[] {
  try {
    const image = JSON.parse(annotations[imageAnnotation] ?? '{}') as { attached?: Attached[] };
    const list = JSON.parse(annotations[attachedAnnotation] ?? '[]') as Attached[];
    return [...list, ...(image.attached ?? [])].filter(({ digest }) => parseDigest(String(digest)));
  } catch {
    return [];
  }
}

/**
 * The application's content store as a shelf, read-only: an OCI image layout whose roots are named by full references. Each is
 * served at its target, else at its reference's path without the host. index.json is looked at anew when it has changed.
 */
export function openStoreView(root: string): Shelf {
  const path = (digest: Digest) => blobPath(root, digest);
  const reader = createManifestReader(path);
  let seen = '';
  let state: Promise<Map<string, Repository>> = Promise.resolve(new Map());

  async function current(): Promise<Map<string, Repository>> {
    const info = await stat(join(root, 'index.json'), { bigint: true }).catch(() => undefined);
    const mark = info ? `${info.ino} ${info.mtimeNs} ${info.size}` : '';
    if (mark !== seen) {
      seen = mark;
      // The old answer stays good while the new one is made.
      const before = state;
      state = read().catch(() => before);
    }
    return state;
  }

  async function read(): Promise<Map<string, Repository>> {
    const roots = await readRoots(root);
    const all = new Map<string, Repository>();
    for (const { mediaType, digest, size, annotations = {} } of roots) {
      const manifest = { mediaType, digest, size };
      const own = annotations[targetAnnotation] || annotations[refName] || '';
      for (const place of [own, ...alsoAt(annotations)]) {
        const { repository: name, tag } = pathOf(place);
        if (!name) continue;
        const repository = all.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Set() };
        all.set(name, repository);
        if (tag) repository.tags.set(tag, manifest);
        await include(repository, manifest);
        for (const { digest: other, tag: under } of attachedTo(annotations)) {
          const attached = await find(other);
          if (attached && under) repository.tags.set(under, attached);
          if (attached) await include(repository, attached);
        }
      }
    }
    const referring = await subjects(roots);
    for (const repository of all.values()) {
      for (const { digest } of repository.manifests.values()) {
        for (const manifest of referring.get(digest) ?? []) await include(repository, manifest);
      }
    }
    return all;
  }

  async function include(repository: Repository, manifest: Descriptor): Promise<void> {
    if (repository.manifests.has(manifest.digest)) return;
    const facts = await reader.facts(manifest);
    if (!facts) return;
    repository.manifests.set(manifest.digest, manifest);
    for (const blob of facts.blobs) repository.blobs.add(blob);
    for (const child of facts.children) {
      const found = await find(child);
      if (found) await include(repository, found);
    }
  }

  /** A child of an index, when it is here: a sparse index names some that are not. */
  async function find(digest: Digest): Promise<Descriptor | undefined> {
    const facts = await reader.facts({ digest, mediaType: '' });
    const size = (await stat(path(digest)).catch(() => undefined))?.size;
    return facts && size !== undefined ? { mediaType: facts.mediaType, digest, size } : undefined;
  }

  async function subjects(roots: Descriptor[]): Promise<Map<Digest, Descriptor[]>> {
    const found = new Map<Digest, Descriptor[]>();
    for (const { mediaType, digest, size } of roots) {
      const subject = (await reader.facts({ digest, mediaType }))?.subject;
      if (subject) found.set(subject, [...(found.get(subject) ?? []), { mediaType, digest, size }]);
    }
    return found;
  }

  return {
    repositories: async () => [...(await current()).keys()].sort(byName),
    async tags(name) {
      const repository = (await current()).get(name);
      return repository && [...repository.tags.keys()].sort(byName);
    },
    async manifest(name, tagOrDigest) {
      const repository = (await current()).get(name);
      const digest = parseDigest(tagOrDigest);
      return digest ? repository?.manifests.get(digest) : repository?.tags.get(tagOrDigest);
    },
    manifests: async (name) => [...((await current()).get(name)?.manifests.values() ?? [])],
    async blob(name, digest) {
      const repository = (await current()).get(name);
      if (!repository?.blobs.has(digest) && !repository?.manifests.has(digest)) return undefined;
      return (await stat(path(digest)).catch(() => undefined))?.size;
    },
    path,
    close: async () => {},
  };
}
