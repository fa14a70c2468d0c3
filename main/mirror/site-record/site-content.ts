import { FaultError } from '../../../shared/fault.ts';
import { digestOf } from '../../images/digest.ts';
import type { Digest } from '../../images/types.ts';
import type { SiteImageRecord, SiteRecord } from '../../store/sites.ts';
import type { SiteContent } from '../resources/types.ts';
import type { MirrorImage, WantedFile } from '../types.ts';
import { type LookDeps, lookAtSite } from './look.ts';

/**
 * All that lies at a site, of every laptop that is trusted here, as its registry answers now. Where that can't be asked, as it was last seen,
 * and a warning says since when. `signatures` are those of the store: what they sign must lie at the site, too.
 */
export async function siteContent(
  deps: LookDeps,
  site: SiteRecord,
  signatures: readonly WantedFile[],
): Promise<{ content: SiteContent; warnings: string[]; changed: boolean }> {
  const { sites, content, trust } = deps;
  const seen = await lookAtSite(deps, site).catch((error: unknown) => {
    if (error instanceof FaultError && error.fault.code.startsWith('registry.')) return error;
    throw error;
  });
  const trusted = new Set(['', ...trust.trusted().map(({ publicKey }) => publicKey)]);
  const rows = sites.images(site.id).filter(({ missing, pushed_by }) => missing === 0 && trusted.has(pushed_by));
  const isAway = seen instanceof FaultError;
  const images = mergedImages(rows);
  const files = [
    ...signatures,
    ...content
      .files(site.id)
      .filter(({ pushed_by }) => trusted.has(pushed_by))
      .map(({ path, media_type, bytes }) => ({ path, mediaType: media_type, bytes })),
  ];
  const { address, ca } = site;
  return {
    content: { address, ca, images, files: signaturesOf(files, new Set(images.map(({ digest }) => digest))) },
    warnings: isAway ? [awayWords(site, rows, seen)] : [...seen.lost, ...seen.unused],
    changed: !isAway && seen.changed,
  };
}

/** Which digest a file's path says it signs. */
const signed = /^signatures\/(sha256|sha512)=([0-9a-f]+)\//;

/** Signatures of what is there, by path. Of two of one path always the same is taken, whichever laptop asks. */
export function signaturesOf(files: readonly WantedFile[], there: ReadonlySet<string>): WantedFile[] {
  const chosen = new Map<string, WantedFile>();
  for (const file of files) {
    const [, algorithm, hex] = signed.exec(file.path) ?? [];
    if (!there.has(`${algorithm}:${hex}`)) continue;
    const other = chosen.get(file.path);
    if (!other || digestOf(file.bytes) < digestOf(other.bytes)) chosen.set(file.path, file);
  }
  return [...chosen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One image for each tag: the last that was pushed, with the sources and ways of naming by which any laptop knows these bytes. */
export function mergedImages(rows: readonly SiteImageRecord[]): MirrorImage[] {
  const places = new Map<string, SiteImageRecord[]>();
  for (const row of rows) {
    const place = `${row.repository}:${row.tag || row.digest}`;
    places.set(place, [...(places.get(place) ?? []), row]);
  }
  const isNewer = (a: SiteImageRecord, b: SiteImageRecord) =>
    a.pushed_at === b.pushed_at ? a.image_json > b.image_json : a.pushed_at > b.pushed_at;
  return [...places.values()].map((all) => {
    const newest = all.reduce((a, b) => (isNewer(b, a) ? b : a));
    const same = all.filter(({ digest }) => digest === newest.digest);
    const sources = [...new Set(same.flatMap((row) => imageOf(row).sources))].sort();
    const last = imageOf(newest);
    const isBoth = new Set(same.map((row) => imageOf(row).by)).size > 1;
    const named = isBoth && { by: 'tag' as const, facts: { ...last.facts, alsoBy: 'digest' } };
    // The digest that lies there counts; a newer pull that was not pushed yet does not.
    return { ...last, ...named, digest: newest.digest as Digest, sources };
  });
}

const imageOf = ({ image_json }: SiteImageRecord): MirrorImage => JSON.parse(image_json) as MirrorImage;

function awayWords({ address }: SiteRecord, rows: readonly SiteImageRecord[], error: FaultError): string {
  const oldest = rows.map(({ seen_at, pushed_at }) => seen_at ?? pushed_at).sort()[0];
  const since = oldest === undefined ? '' : ` These are made from what was seen there, as of ${oldest}.`;
  return `The registry ${address} could not be asked: ${error.message}${since}`;
}
