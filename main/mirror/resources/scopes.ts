import type { ImageCategory } from '../../../shared/contract/mirror.ts';
import type { MirrorImage } from '../types.ts';

/** Objects are made one for each group, named after it (mirror.md 1.9). */
export type Group = 'release' | 'operator' | 'generic';

/** Where images of a source are to be pulled from, as an entry of a mirror set says it. */
export interface Scope {
  group: Group;
  /** `host[:port]/path`, never a host alone. */
  source: string;
  mirrors: string[];
}

const groups: Record<ImageCategory, Group | undefined> = {
  release: 'release',
  component: 'release',
  operator: 'operator',
  additional: 'generic',
  kmm: 'generic',
  kmod: 'generic',
  chart: 'generic',
  // Clusters name these by the site's own address.
  catalog: undefined,
  graph: undefined,
};
const order: readonly Group[] = ['release', 'operator', 'generic'];

/** Whether clusters pull it by tag. Release images are pulled by digest even when a set names them by tag. */
export const isByTag = ({ category, by }: MirrorImage): boolean => {
  const group = groups[category];
  return group !== undefined && group !== 'release' && by === 'tag';
};

/** How clusters name an image: each is mirrored by objects of its own. */
type By = 'digest' | 'tag';

/** One image at one place: `from` is where clusters believe it, `at` where it is. */
interface Place {
  by: By;
  group: Group;
  from: string;
  at: string;
}

/** Mirrors of each source, by the way of naming. */
type Book = Map<string, Partial<Record<By, { group: Group; mirrors: Set<string> }>>>;

/**
 * The scopes of all images. A repository that lies at the site below the same path it has at its source is covered by its folder, so that an
 * image more in it changes nothing (a change of a mirror set restarts nodes); others stand for themselves. A node looks in the longest
 * source that fits, and in no other, whichever object it came from (containers-registries.conf(5)): so each image is found from there,
 * and only what the next wider source maps alike is left out. Sorted.
 */
export const scopesOf = (images: readonly MirrorImage[], address: string): Record<By, Scope[]> =>
  scopesFor(placesOf(images, address), address);

/** The same for clusters that mirror by digest alone. */
export const digestScopes = (images: readonly MirrorImage[], address: string): Scope[] =>
  scopesFor(
    placesOf(images, address).filter(({ by }) => by === 'digest'),
    address,
  ).digest;

function scopesFor(places: readonly Place[], address: string): Record<By, Scope[]> {
  const book: Book = new Map();
  for (const place of places) note(book, place, wideScope(place, address));
  // A source more may be the longest for others, so all are looked at again until each is found.
  for (let lost: readonly Place[] = places; lost.length > 0; ) {
    lost = places.filter((place) => !isFound(book, place));
    for (const place of lost) mend(book, place, address);
  }
  const longestFirst = [...book.keys()].sort((a, b) => b.length - a.length);
  for (const source of longestFirst) if (isSaidWider(book, source)) book.delete(source);
  return { digest: listed(book, 'digest'), tag: listed(book, 'tag') };
}

/** By digest, by tag, or where one image set has it both ways (createBasket) by both. */
const waysOf = (image: MirrorImage): By[] =>
  !isByTag(image) ? ['digest'] : image.facts?.['alsoBy'] === 'digest' ? ['digest', 'tag'] : ['tag'];

/** Each once and sorted, so that what is made of them does not depend on the order of images. */
function placesOf(images: readonly MirrorImage[], address: string): Place[] {
  const found = new Map<string, Place>();
  for (const image of images) {
    const group = groups[image.category];
    if (!group) continue;
    const at = `${address}/${image.target.repository}`;
    for (const by of waysOf(image))
      for (const from of image.sources) found.set([from, at, by, group].join(' '), { by, group, from, at });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

function note(book: Book, { by, group }: Place, [source, mirror]: readonly [source: string, mirror: string]): void {
  const entry = book.get(source) ?? {};
  book.set(source, entry);
  const known = entry[by];
  if (!known) entry[by] = { group, mirrors: new Set([mirror]) };
  else {
    known.mirrors.add(mirror);
    if (order.indexOf(group) < order.indexOf(known.group)) known.group = group;
  }
}

/** The folder of a repository whose path at the site agrees, else the repository. */
function wideScope(place: Place, address: string): [source: string, mirror: string] {
  const { from, at } = place;
  const path = from.slice(from.indexOf('/') + 1);
  // Without the folder only the host would be left: that would redirect everything of it.
  if (!isSamePath(place, address) || !path.includes('/')) return [from, at];
  const folder = (text: string) => text.slice(0, text.lastIndexOf('/'));
  return [folder(from), folder(at)];
}

function isSamePath({ from, at }: Place, address: string): boolean {
  const path = from.slice(from.indexOf('/') + 1);
  const repository = at.slice(address.length + 1);
  return repository === path || repository.endsWith(`/${path}`);
}

/** The longest source that a node finds for a name. */
function closest(book: Book, name: string): string | undefined {
  for (let source = name; source.includes('/'); source = source.slice(0, source.lastIndexOf('/')))
    if (book.has(source)) return source;
  return undefined;
}

function isFound(book: Book, { by, from, at }: Place): boolean {
  const source = closest(book, from) ?? '';
  const rest = from.slice(source.length);
  return [...(book.get(source)?.[by]?.mirrors ?? [])].some((mirror) => mirror + rest === at);
}

/** Names the place where a node looks for it; where the paths there don't agree, its repository stands for itself. */
function mend(book: Book, place: Place, address: string): void {
  const { from, at } = place;
  const source = closest(book, from) ?? from;
  const rest = from.slice(source.length);
  const fits = rest === '' || isSamePath(place, address);
  note(book, place, fits ? [source, at.slice(0, at.length - rest.length)] : [from, at]);
}

/** Whether the next wider source says all that this one says. */
function isSaidWider(book: Book, source: string): boolean {
  const wide = closest(book, source.slice(0, source.lastIndexOf('/')));
  if (wide === undefined) return false;
  const rest = source.slice(wide.length);
  return (['digest', 'tag'] as const).every((by) => {
    const [own, wider] = [book.get(source)?.[by]?.mirrors, book.get(wide)?.[by]?.mirrors];
    return !own || (wider?.size === own.size && [...wider].every((mirror) => own.has(mirror + rest)));
  });
}

const listed = (book: Book, by: By): Scope[] =>
  [...book]
    .flatMap(([source, { [by]: entry }]) =>
      entry ? [{ group: entry.group, source, mirrors: [...entry.mirrors].sort() }] : [],
    )
    .sort((a, b) => (a.source < b.source ? -1 : 1));
