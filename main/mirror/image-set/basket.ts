import { FaultError, toFault } from '../../../shared/fault.ts';
import { parseReference, repositoryOf } from '../../images/reference.ts';
import type { Resolution, WantedFile, WantedImage } from '../types.ts';

/** Collects what a set resolves to. One thing that can't be had is a gap, never the end of the rest. */
export interface Basket {
  /** Adds an image; one with the same repository and digest is kept once and is needed by all that need it. */
  add(image: WantedImage): void;
  file(file: WantedFile): void;
  /** Notes what can't be had and why. An abort is passed on. */
  gap(name: string, error: unknown): void;
  warn(words: string): void;
  /** Runs a part of the work; what it throws becomes a gap of this name. */
  part(name: string, work: () => Promise<void>): Promise<void>;
  contents(): Omit<Resolution, 'set'>;
}

const maxTags = 20;

export function createBasket(signal?: AbortSignal): Basket {
  const images = new Map<string, WantedImage>();
  const files = new Map<string, WantedFile>();
  const gaps: Resolution['gaps'] = [];
  const warnings = new Set<string>();
  const gap = (name: string, error: unknown): void => {
    signal?.throwIfAborted();
    // What no one foresaw must not hide as a gap of the outside world.
    if (!(error instanceof FaultError) && (error instanceof TypeError || error instanceof RangeError)) throw error;
    const { code, message, remedy, field } = toFault(error);
    gaps.push({ name, fault: { code, message, remedy, field } });
  };
  return {
    add: (image) => {
      const reference = parseReference(image.name);
      // The same tag may have two targets, the same bytes never: they are kept and sent once.
      const key = reference.digest ? `${repositoryOf(reference)}@${reference.digest}` : image.name;
      const known = images.get(key);
      images.set(key, known ? join(known, image) : image);
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
      images: [...images.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      gaps,
      warnings: [...warnings],
    }),
  };
}

/** The first one's name and place stay; where the others wanted to lie is told in facts.alsoAt. */
function join(known: WantedImage, more: WantedImage): WantedImage {
  const neededBy = [...new Set([...(known.neededBy ?? []), ...(more.neededBy ?? [])])].sort();
  const place = ({ target }: WantedImage) => `${target.repository}:${target.tag}`;
  const also = new Set((known.facts?.['alsoAt'] ?? '').split(' ').filter(Boolean));
  if (place(more) !== place(known) && also.size < maxTags) also.add(place(more));
  const alsoAt = [...also].sort().join(' ');
  return {
    ...known,
    // A cluster that names it by tag needs the tag mirrored, whoever else names its digest.
    by: known.by === 'tag' || more.by === 'tag' ? 'tag' : 'digest',
    sources: [...new Set([...known.sources, ...more.sources])].sort(),
    ...(neededBy.length > 0 && { neededBy }),
    ...((known.facts || more.facts || alsoAt) && {
      facts: { ...more.facts, ...known.facts, ...(alsoAt && { alsoAt }) },
    }),
  };
}
