import { FaultError, fault, toFault } from '../../../shared/fault.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import { type ImageTree, walkImage } from '../../images/copy/walk.ts';
import { readManifest } from '../../images/manifest.ts';
import type { Descriptor, Digest, Registry } from '../../images/types.ts';
import type { SiteImageRecord, SiteRecord, Sites } from '../../store/sites.ts';
import type { MirrorImage } from '../types.ts';
import { parseAddress, type Registries } from './registries.ts';

const imagesAtOnce = 6;

/** What the registry says of an image that is not whole there; anything else (the line, a password) says nothing of the image. */
const lostCodes = new Set(['registry.notFound', 'registry.digestMismatch', 'image.incomplete', 'registry.schema1']);

/**
 * Whether everything we pushed can be pulled: each tag names its digest, and every manifest and blob below it and below what is
 * attached to it is there and listed, as the registry itself answers. Writes what it saw into the rows. Rejects, and leaves the rows as they
 * are, when the registry cannot be asked (registry.unreachable, .tls, .unauthorized, .forbidden, .stalled).
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
  // The same image of two laptops is one; whoever pushed it.
  const key = ({ repository, tag, digest }: SiteImageRecord) => `${repository}:${tag}@${digest}`;
  const rows = [...new Map(sites.images(site.id).map((row) => [key(row), row])).values()];
  const seen: { row: SiteImageRecord; why: string; missing: SiteImageRecord['missing'] }[] = [];
  // Components of a release share most of their layers: each is asked for once.
  const asked = new Map<string, Promise<boolean>>();

  const hasBlob = (repository: string, { digest, size }: Descriptor, signal: AbortSignal): Promise<boolean> => {
    const key = `${repository}@${digest}`;
    // Some registries don't tell the length.
    const look = async () => [size, 0].includes((await registry.hasBlob(repository, digest, signal)) ?? -1);
    const answer = asked.get(key) ?? look();
    asked.set(key, answer);
    return answer;
  };
  const lost = async (row: SiteImageRecord, signal: AbortSignal): Promise<string> => {
    const { repository, digest } = row;
    const { attached, omitted } = JSON.parse(row.image_json) as Partial<MirrorImage>;
    for (const root of [digest as Digest, ...(attached ?? []).map((each) => each.digest)]) {
      const tree = await treeAt(registry, repository, root, omitted, signal);
      for (const blob of tree.blobs) {
        if (!(await hasBlob(repository, blob, signal))) return `lacks ${blob.digest}`;
      }
      const { subject } = tree.root.content;
      if (!subject || root === digest) continue;
      // A signature that nobody is told of is not found by those who ask for it.
      const listed = await registry.referrers(repository, subject.digest, signal);
      if (!listed.some((each) => each.digest === root))
        return `does not list ${root} among what refers to ${subject.digest}`;
    }
    return '';
  };
  const named = async ({ repository, tag, digest }: SiteImageRecord, signal: AbortSignal): Promise<string> => {
    const there = await registry.resolve(repository, tag || digest, signal);
    if (!there) return 'is gone';
    return there.digest === digest ? '' : `names another image now (${there.digest})`;
  };
  const inWords = (error: unknown): string => {
    if (error instanceof FaultError && lostCodes.has(error.fault.code)) return toFault(error).message;
    throw error;
  };
  await inParallel(rows, imagesAtOnce, async (row, signal) => {
    const gone = await named(row, signal).catch(inWords);
    const why = gone || (await lost(row, signal).catch(inWords));
    // One that is there, but not whole, stays so for looks that only ask for its tag.
    seen.push({ row, why, missing: gone ? 1 : why ? 2 : 0 });
  });

  const at = now();
  for (const { row, missing } of seen) sites.seen(site.id, row, missing, at);
  const missing = seen
    .filter(({ why }) => why !== '')
    .map(({ row, why }) => `${row.repository}:${row.tag || row.digest} ${why}`)
    .sort();
  const good = rows.length - missing.length;
  const sentence =
    rows.length === 0
      ? 'Nothing was pushed to it yet.'
      : missing.length === 0
        ? `${rows.length === 1 ? 'The one image' : `All ${rows.length} images`} can be pulled, by tag and by digest.`
        : `${good} of ${rows.length} images can be pulled; push again to bring back the others.`;
  return { images: rows.length, missing, sentence };
}

/**
 * An image as it lies there. `omitted` are children of its index that were left out on purpose; where that is not known (what was pushed
 * by an older version of us), those that are there count.
 */
async function treeAt(
  registry: Registry,
  repository: string,
  root: Digest,
  omitted: readonly Digest[] | undefined,
  signal: AbortSignal,
): Promise<ImageTree> {
  const name = `${repository}@${root}`;
  const source = {
    manifest: (wanted: string) => registry.manifest(repository, wanted, signal),
    blob: async (): Promise<never> => {
      throw fault('internal', 'No blob is read here.', 'Report this.');
    },
  };
  if (omitted) return walkImage(source, root, name, { signal, here: (digest) => !omitted.includes(digest) });
  const { children } = readManifest(await source.manifest(root));
  const there = new Set<Digest>();
  for (const { digest } of children) if (await registry.resolve(repository, digest, signal)) there.add(digest);
  return walkImage(source, root, name, { signal, here: (digest) => there.has(digest) || !isChild(digest) });
  function isChild(digest: Digest): boolean {
    return children.some((child) => child.digest === digest);
  }
}
