import { fault } from '../../../shared/fault.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import type { Registry } from '../../images/types.ts';
import type { SiteContentRows } from '../../store/site-content.ts';
import type { SiteImageRecord, SiteRecord, Sites } from '../../store/sites.ts';
import type { createTrust } from '../bundle/trust.ts';
import { parseAddress, type Registries, under } from '../sites/registries.ts';
import type { MirrorImage } from '../types.ts';
import { type RecordEntry, recordRepository } from './laptop-record.ts';
import { lostWords, placeOf, type Row, strangerWords } from './look-words.ts';
import { type FoundRecord, readRecords, recordFiles } from './read-records.ts';

export interface LookDeps {
  sites: Sites;
  content: SiteContentRows;
  registries: Registries;
  trust: Pick<ReturnType<typeof createTrust>, 'trusted'>;
  now: () => string;
}

/** What a look at a site found, in words; `changed` where the rows are others than before. */
export interface SiteLook {
  /** What was pushed and is not there any more, or not whole. */
  lost: string[];
  /** Records that are not used, and why. */
  unused: string[];
  /** What this laptop pushed and its own record at the site does not tell of: pushed by an older version, or by a user without the right. */
  unrecorded: number;
  changed: boolean;
}

/** HEADs that wait at once; the registry's client lets fewer through. */
const headsAtOnce = 16;
/** So long a registry may take to answer at all, ms: pings try again by themselves. */
const patience = 20_000;

/**
 * Looks what lies at a site: reads the record of each laptop that pushed there, takes over what trusted ones tell, and asks for every tag
 * whether it names the digest that was pushed. What was seen is written into the rows; where two laptops pushed to one tag, it is the
 * registry that says whose image is there.
 *
 * Resources move clusters to images, so nothing of a record by an unknown key gets into the rows: neither its sources nor its images.
 * It only explains a tag that names another image than ours. A person trusts that key, or not.
 *
 * Rejects, and leaves the rows as they are, when the registry cannot be asked (registry.unreachable, .tls, .unauthorized, …).
 */
export async function lookAtSite(deps: LookDeps, site: SiteRecord): Promise<SiteLook> {
  const { sites, content, registries, trust, now } = deps;
  const address = parseAddress(site.address);
  const registry = registries.of(address.host);
  await answers(registry);
  const trusted = trust.trusted();
  const repository = under(address, recordRepository);
  const { records, unusable } = await readRecords(registry, repository, trusted);
  const known = records.filter(({ verdict }) => verdict.state !== 'unknown');

  const rows = sites.images(site.id);
  const told = known.flatMap((one) =>
    one.record.images.map((entry) => rowOf(entry, byOf(one), under(address, entry.repository))),
  );
  const { candidates, stale } = candidatesOf(rows, told, {
    read: new Set(known.map(byOf)),
    trusted: new Set(['', ...trusted.map(({ publicKey }) => publicKey)]),
  });
  const named = await digestsAt(registry, candidates);
  const ofUs = new Set(candidates.map((row) => `${placeOf(row)} ${row.digest}`));
  const keep: Row[] = [];
  const drop: Row[] = [...stale];
  for (const row of candidates) {
    const there = named.get(placeOf(row));
    if (there === row.digest) keep.push({ ...row, missing: row.missing === 2 ? 2 : 0 });
    // The tag moved on to an image that another of us pushed: this one is no loss.
    else if (ofUs.has(`${placeOf(row)} ${there}`)) drop.push(row);
    else keep.push({ ...row, missing: 1 });
  }
  // All files before any row: a look that is cut short leaves what was.
  const cached = content.files(site.id);
  const files = new Map<string, Awaited<ReturnType<typeof recordFiles>>>();
  for (const one of known) {
    const here = (path: string) => {
      const file = cached.find((each) => each.path === path && each.pushed_by === byOf(one));
      return file && { path, mediaType: file.media_type, bytes: file.bytes };
    };
    files.set(byOf(one), await recordFiles(registry, repository, one, here));
  }
  const changed = content.settle(site.id, { keep, drop, at: now() });
  for (const [by, all] of files) {
    content.putFiles(
      site.id,
      by,
      all.map(({ path, mediaType, bytes }) => ({ path, media_type: mediaType, bytes })),
    );
  }
  const recorded = new Set(told.flatMap((row) => (row.pushed_by === '' ? [`${placeOf(row)} ${row.digest}`] : [])));
  const unrecorded = keep.filter(
    (row) => row.pushed_by === '' && !recorded.has(`${placeOf(row)} ${row.digest}`),
  ).length;
  const strangers = records.filter(({ verdict }) => verdict.state === 'unknown');
  return {
    changed,
    unrecorded,
    lost: lostWords(site, keep, named, strangers),
    unused: [...strangers.map(strangerWords), ...unusable],
  };
}

/** A registry that is away is told after a while, not after all the patience of a push. */
async function answers(registry: Registry): Promise<void> {
  const limit = AbortSignal.timeout(patience);
  try {
    await registry.ping(limit);
  } catch (error) {
    if (!limit.aborted) throw error;
    throw fault(
      'registry.unreachable',
      `${registry.host} did not answer within ${patience / 1000} s.`,
      'Check the line to it, then try again.',
      { field: 'host', cause: error },
    );
  }
}

const byOf = ({ verdict }: FoundRecord): string => (verdict.state === 'ours' ? '' : verdict.publicKey);

function rowOf(entry: RecordEntry, pushed_by: string, repository: string): Row {
  const { tag, digest, mediaType, name, category, by, sources, facts, attached, omitted, pushedAt } = entry;
  const image: MirrorImage = {
    ...{ name, category, by, sources, facts, digest, mediaType },
    attached: attached.map(({ tag: own, ...rest }) => ({ ...rest, ...(own !== undefined && { tag: own }) })),
    ...{ target: { repository: entry.repository, tag }, sets: [], pulledAt: pushedAt },
    ...(omitted && { omitted }),
  };
  return { repository, tag, digest, pushed_by, image_json: JSON.stringify(image), pushed_at: pushedAt, missing: 0 };
}

/**
 * What may lie there: rows, and what records tell that the rows do not know. A record that was read stands for all of its laptop, but for
 * our own: its rows may be newer (a push that could not write its record) and are never replaced. `stale`: rows of keys no longer trusted,
 * and those that their laptop's record has no more.
 */
function candidatesOf(
  rows: readonly SiteImageRecord[],
  told: readonly Row[],
  { read, trusted }: { read: ReadonlySet<string>; trusted: ReadonlySet<string> },
): { candidates: Row[]; stale: Row[] } {
  const ours = new Set(rows.flatMap((row) => (row.pushed_by === '' ? [placeOf(row)] : [])));
  const key = (row: Row) => `${placeOf(row)} ${row.digest} ${row.pushed_by}`;
  const before = new Map(rows.map((row) => [key(row), row.missing]));
  const fresh = told.filter((row) => row.pushed_by !== '' || !ours.has(placeOf(row)));
  const stands = rows.filter(({ pushed_by }) => trusted.has(pushed_by) && (pushed_by === '' || !read.has(pushed_by)));
  const candidates = [...stands, ...fresh.map((row) => ({ ...row, missing: before.get(key(row)) ?? 0 }))];
  const kept = new Set(candidates.map(key));
  return { candidates, stale: rows.filter((row) => !kept.has(key(row))) };
}

/** Each place is asked for once, whoever pushed to it. */
async function digestsAt(registry: Registry, rows: readonly Row[]): Promise<Map<string, string | undefined>> {
  const places = new Map(rows.map((row) => [placeOf(row), row]));
  const named = new Map<string, string | undefined>();
  await inParallel(places, headsAtOnce, async ([place, { repository, tag, digest }], signal) => {
    named.set(place, (await registry.resolve(repository, tag || digest, signal))?.digest);
  });
  return named;
}
