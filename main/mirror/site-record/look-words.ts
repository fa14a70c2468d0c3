import { countText } from '../../../shared/rules/amount-text.ts';
import type { SiteImageRecord, SiteRecord } from '../../store/sites.ts';
import { parseAddress, under } from '../sites/registries.ts';
import type { FoundRecord } from './read-records.ts';
import { someOf } from './words.ts';

/** An image at a site, before a look said when it was seen. */
export type Row = Omit<SiteImageRecord, 'seen_at'>;

/** Where it lies, as one pulls it. */
export const placeOf = ({ repository, tag, digest }: Pick<Row, 'repository' | 'tag' | 'digest'>): string =>
  `${repository}:${tag || digest}`;

/** What was pushed and is not there any more, by what became of it; `named` is the digest at each place. */
export function lostWords(
  { id, address: text }: SiteRecord,
  rows: readonly Row[],
  named: ReadonlyMap<string, string | undefined>,
  strangers: readonly FoundRecord[],
): string[] {
  const address = parseAddress(text);
  const lost = rows.filter(({ missing }) => missing === 1);
  const places = (found: readonly Row[]) => [...new Set(found.map(placeOf))].sort();
  const gone = places(lost.filter((row) => named.get(placeOf(row)) === undefined));
  const moved = places(lost.filter((row) => named.get(placeOf(row)) !== undefined));
  const whole = new Set(places(rows.filter(({ missing }) => missing === 0)));
  const torn = places(rows.filter(({ missing }) => missing === 2)).filter((place) => !whole.has(place));
  const others = new Map(
    strangers.flatMap(({ verdict, record }) =>
      record.images.map((entry) => [
        placeOf({ ...entry, repository: under(address, entry.repository) }) + entry.digest,
        verdict.key,
      ]),
    ),
  );
  const whose = (place: string) => {
    const key = others.get(`${place}${named.get(place)}`);
    return key ? `${place} (pushed by another laptop, key ${key}, not trusted here)` : place;
  };
  const again = `Push again, or look closer: \`cli mirror verifySite --id ${id}\`.`;
  const told = (count: number, what: string, names: readonly string[]) =>
    count === 0 ? [] : [`Left out, ${what}: ${someOf(names)}. ${again}`];
  return [
    ...told(
      gone.length,
      `${countText(gone.length, 'image')} that ${gone.length === 1 ? 'is' : 'are'} no more at the site`,
      gone,
    ),
    ...told(
      moved.length,
      `${countText(moved.length, 'tag')} that ${moved.length === 1 ? 'names' : 'name'} another image now`,
      moved.map(whose),
    ),
    ...told(torn.length, `${countText(torn.length, 'image')} not whole when last verified`, torn),
  ];
}

/** A record by a key that is not trusted here, and how to trust it. */
export const strangerWords = ({ verdict: { key, publicKey }, record }: FoundRecord): string =>
  `Left out, what was pushed by another laptop, key ${key}, not trusted here: by its record ${countText(record.images.length, 'image')}. ` +
  `If \`cli mirror keys\` shows this key there: \`cli mirror trust --name NAME --publicKey ${publicKey}\`.`;
