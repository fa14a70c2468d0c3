import { ImageCategory } from '../../../shared/contract/mirror.ts';
import { toFault } from '../../../shared/fault.ts';
import { parseReference, repositoryOf } from '../../images/reference.ts';
import type { Resolution, WantedFile, WantedImage } from '../types.ts';

/** Collects what a set resolves to. One thing that can't be had is a gap, never the end of the rest. */
export interface Basket {
  add(image: WantedImage): void;
  file(file: WantedFile): void;
  /** Notes what can't be had and why. An abort is passed on. */
  gap(name: string, error: unknown): void;
  warn(words: string): void;
  /** Runs a part of the work; what it throws becomes a gap of this name. */
  part(name: string, work: () => Promise<void>): Promise<void>;
  /**
   * Everything, sorted: the same however the parts ran. Images with the same repository and digest are one, needed by all that need
   * them; where else they should lie is told in `facts.alsoAt` (places apart by blanks), and in `facts.alsoBy` that clusters name
   * by digest, too, what is `by` tag.
   */
  contents(): Omit<Resolution, 'set'>;
}

export function createBasket(signal?: AbortSignal): Basket {
  const images: WantedImage[] = [];
  const files = new Map<string, WantedFile>();
  const gaps: Resolution['gaps'] = [];
  const warnings = new Set<string>();
  const gap = (name: string, error: unknown): void => {
    signal?.throwIfAborted();
    const { code, message, remedy, field } = toFault(error);
    gaps.push({ name, fault: { code, message, remedy, field } });
  };
  return {
    add: (image) => {
      images.push(image);
    },
    file: (file) => {
      files.set(file.path, file);
    },
    gap,
    warn: (words) => {
      warnings.add(words);
    },
    part: async (name, work) => {
      try {
        signal?.throwIfAborted();
        await work();
      } catch (error) {
        gap(name, error);
      }
    },
    contents: () => ({
      images: merged(images),
      files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      gaps: gaps.sort((a, b) => (a.name < b.name ? -1 : 1)),
      warnings: [...warnings].sort(),
    }),
  };
}

const place = ({ target }: WantedImage): string => `${target.repository}:${target.tag}`;

/** What comes first of equal images: the category as the contract lists them, then the place. */
const order = (image: WantedImage): string =>
  `${String(ImageCategory.options.indexOf(image.category)).padStart(2, '0')} ${place(image)} ${image.name}`;

function merged(all: readonly WantedImage[]): WantedImage[] {
  const groups = new Map<string, WantedImage[]>();
  for (const image of all) {
    const reference = parseReference(image.name);
    const key = reference.digest ? `${repositoryOf(reference)}@${reference.digest}` : image.name;
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  return [...groups.values()].map(join).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What several ask of one image, as one: the same in whichever order they come. */
export function join(group: readonly WantedImage[]): WantedImage {
  const sorted = group.map((image) => ({ image, key: order(image) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const [first, ...others] = sorted.map(({ image }) => image);
  if (!first || others.length === 0) return first!;
  const neededBy = [...new Set(group.flatMap((image) => image.neededBy ?? []))].sort();
  const known = group.flatMap(({ facts }) => (facts?.['alsoAt'] ?? '').split(' ').filter(Boolean));
  const elsewhere = [...new Set([...others.map(place), ...known])].filter((each) => each !== place(first)).sort();
  const facts = Object.assign({}, ...others.toReversed().map((image) => image.facts), first.facts) as Record<
    string,
    string
  >;
  if (elsewhere.length > 0) facts['alsoAt'] = elsewhere.join(' ');
  if (new Set(group.map(({ by }) => by)).size > 1 || group.some((image) => image.facts?.['alsoBy'])) {
    facts['alsoBy'] = 'digest';
  }
  return {
    ...first,
    // A cluster that names it by tag needs the tag mirrored, whoever else names its digest.
    by: group.some(({ by }) => by === 'tag') ? 'tag' : 'digest',
    sources: [...new Set(group.flatMap(({ sources }) => sources))].sort(),
    ...(neededBy.length > 0 && { neededBy }),
    ...(Object.keys(facts).length > 0 && { facts }),
  };
}
