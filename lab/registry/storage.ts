import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath } from './digest.ts';
import { syncFolder, writeDurably } from './durable.ts';
import { openLinks } from './links.ts';
import { byName } from './names.ts';
import { openRoots } from './roots.ts';
import { createTurns } from './turns.ts';
import type { Digest, Storage } from './types.ts';
import { openUploads } from './uploads.ts';

/**
 * A registry's own folder: an OCI image layout (`index.json`, `blobs/<alg>/<hex>`) with `uploads/` and `links.log` beside, so that other
 * tools read it and a restart loses nothing that was answered with 201. One process writes.
 */
export async function openStorage(root: string): Promise<Storage> {
  await mkdir(join(root, 'blobs/sha256'), { recursive: true });
  await mkdir(join(root, 'blobs/sha512'), { recursive: true });
  await writeDurably(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const roots = await openRoots(root);
  const links = await openLinks(root);
  const uploads = await openUploads(root);
  const path = (digest: Digest) => blobPath(root, digest);
  const sizeOf = async (digest: Digest) => (await stat(path(digest)).catch(() => undefined))?.size;

  // A file must not go between the moment it is found or written and the one it is needed.
  const turn = createTurns();
  /** A file goes when no repository needs it any more. */
  const drop = (digest: Digest): Promise<void> =>
    turn(digest, async () => {
      if (!links.anywhere(digest) && !roots.anywhere(digest)) await rm(path(digest), { force: true });
    });
  const known = () => [...new Set([...roots.repositories(), ...links.repositories()])].sort(byName);
  return {
    repositories: async () => known(),
    tags: async (repository) => (known().includes(repository) ? roots.tags(repository) : undefined),
    manifest: async (repository, tagOrDigest) => roots.resolve(repository, tagOrDigest),
    now: (repository, tagOrDigest) => roots.resolve(repository, tagOrDigest),
    manifests: async (repository) => roots.manifests(repository),
    // A manifest can be had as a blob as well: clients that copy a layout ask so.
    blob: async (repository, digest) =>
      links.has(repository, digest) || roots.resolve(repository, digest) ? sizeOf(digest) : undefined,
    path,
    begin: (repository) => uploads.begin(repository),
    session: (repository, id) => uploads.find(repository, id),
    append: (session, body) => uploads.append(session, body),
    async finish(session, digest) {
      const file = await uploads.check(session, digest);
      await turn(digest, async () => {
        await rename(file, path(digest));
        await syncFolder(dirname(path(digest)));
        await links.add(session.repository, digest);
      });
      await uploads.forget(session);
    },
    cancel: (session) => uploads.forget(session),
    mount: (repository, digest, from) =>
      turn(digest, async () => {
        const there = from === undefined ? links.anywhere(digest) : links.has(from, digest);
        if (!there || (await sizeOf(digest)) === undefined) return false;
        await links.add(repository, digest);
        return true;
      }),
    async putManifest(repository, manifest, bytes, tags, allow) {
      const { saved } = await turn(manifest.digest, async () => {
        if ((await sizeOf(manifest.digest)) !== bytes.length) await writeDurably(path(manifest.digest), bytes);
        allow?.();
        return { saved: roots.put(repository, manifest, tags) };
      });
      await saved.catch(async (error: unknown) => {
        await drop(manifest.digest);
        throw error;
      });
    },
    async removeManifest(repository, tagOrDigest) {
      const found = roots.resolve(repository, tagOrDigest);
      if (!found) return false;
      if (found.digest !== tagOrDigest) return roots.removeTag(repository, tagOrDigest);
      await roots.removeManifest(repository, found.digest);
      await drop(found.digest);
      return true;
    },
    async removeBlob(repository, digest) {
      if (!(await links.remove(repository, digest))) return false;
      await drop(digest);
      return true;
    },
    close: () => links.close(),
  };
}
