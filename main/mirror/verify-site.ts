import { toFault } from '../../shared/fault.ts';
import { inParallel } from '../images/copy/in-parallel.ts';
import { walkImage } from '../images/copy/walk.ts';
import type { Digest } from '../images/types.ts';
import type { SiteImageRecord, SiteRecord, Sites } from '../store/sites.ts';
import { parseAddress, type Registries } from './registries.ts';

const imagesAtOnce = 6;

/**
 * Whether everything we pushed can be pulled: each tag names its digest, and every manifest and blob below it is there, as the
 * registry itself answers. Writes what it saw into the rows. Rejects when the registry cannot be reached at all.
 */
export async function verifySite(deps: {
  site: SiteRecord;
  sites: Sites;
  registries: Registries;
  now: () => string;
}): Promise<{ images: number; missing: string[]; sentence: string }> {
  const { site, sites, registries, now } = deps;
  const { host } = parseAddress(site.address);
  const registry = registries.of(host);
  await registry.ping();
  const rows = sites.images(site.id);
  const missing: string[] = [];
  await inParallel(rows, imagesAtOnce, async (row, signal) => {
    const why = await lost(row, signal);
    if (why !== '') missing.push(`${row.repository}:${row.tag} ${why}`);
    sites.seen(site.id, row.repository, row.tag, why !== '', now());
  });
  missing.sort();

  async function lost({ repository, tag, digest }: SiteImageRecord, signal: AbortSignal): Promise<string> {
    try {
      const named = await registry.resolve(repository, tag, signal);
      if (!named) return 'is gone';
      if (named.digest !== digest) return `names another image now (${named.digest})`;
      const source = registries.source({ registry: host, repository });
      // A sparse index names children that were left out on purpose.
      const tree = await walkImage(source, digest as Digest, `${host}/${repository}:${tag}`, { signal }).catch(
        async (error: unknown) => {
          const here = new Set<string>();
          for (const child of (await registry.manifest(repository, digest, signal)).bytes
            .toString()
            .match(/sha256:[0-9a-f]{64}/g) ?? [])
            if (await registry.resolve(repository, child, signal)) here.add(child);
          if (here.size === 0) throw error;
          return walkImage(source, digest as Digest, `${host}/${repository}:${tag}`, {
            signal,
            here: (each) => here.has(each),
          });
        },
      );
      for (const blob of tree.blobs)
        if ((await registry.hasBlob(repository, blob.digest, signal)) === undefined) return `lacks ${blob.digest}`;
      return '';
    } catch (error) {
      return toFault(error).message;
    }
  }

  const good = rows.length - missing.length;
  const sentence =
    rows.length === 0
      ? 'Nothing was pushed to it yet.'
      : missing.length === 0
        ? `All ${rows.length} images can be pulled, by tag and by digest.`
        : `${good} of ${rows.length} images can be pulled; push again to bring back the others.`;
  return { images: rows.length, missing, sentence };
}
