import { walkImage } from '../../images/copy/walk.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import type { SiteImageRecord } from '../../store/sites.ts';

/** So many repositories of a blob are of use: each that has it no more costs a request. */
const enough = 2;

/**
 * In which repositories of a site the blobs of its images lie, the latest push first, as far as the store has the manifests: a blob that is
 * anywhere there is mounted, not sent again (mirror.md 3.1, HEAD first). What was there may have gone since: no proof.
 */
export async function blobsAtSite(
  rows: readonly SiteImageRecord[],
  store: Pick<ContentStore, 'has' | 'manifest' | 'blob'>,
): Promise<Map<Digest, string[]>> {
  const found = new Map<Digest, string[]>();
  const read = new Map<string, Promise<Digest[]>>();
  const blobsOf = async (digest: Digest): Promise<Digest[]> => {
    try {
      const tree = await walkImage(store, digest, digest, { here: (child) => store.has(child) });
      return tree.blobs.map((blob) => blob.digest);
    } catch {
      // Pruned here meanwhile, or damaged: then it is sent where it is missing.
      return [];
    }
  };
  const latest = rows
    .filter(({ missing }) => missing === 0)
    .sort((a, b) => (a.pushed_at === b.pushed_at ? 0 : a.pushed_at > b.pushed_at ? -1 : 1));
  for (const { repository, digest } of latest) {
    const blobs = read.get(digest) ?? blobsOf(digest as Digest);
    read.set(digest, blobs);
    for (const blob of await blobs) {
      const places = found.get(blob) ?? [];
      if (places.length < enough && !places.includes(repository)) found.set(blob, [...places, repository]);
    }
  }
  return found;
}
