import type { WantedImage } from '../types.ts';

type Place = WantedImage['target'];

/** `path:tag`. */
export const placeText = ({ repository, tag }: Place): string => `${repository}:${tag}`;

/**
 * Where an image is to lie at a site besides its target: the other tags and paths that its set gave the same bytes (`facts.alsoAt`, see
 * createBasket). A second tag of what clusters name by digest is of no use to them and is left out.
 */
export function otherPlaces({ target, by, facts }: Pick<WantedImage, 'target' | 'by' | 'facts'>): Place[] {
  const all = (facts?.['alsoAt'] ?? '').split(' ').filter(Boolean);
  return all
    .map((text) => ({ repository: text.slice(0, text.lastIndexOf(':')), tag: text.slice(text.lastIndexOf(':') + 1) }))
    .filter(({ repository }) => by === 'tag' || repository !== target.repository);
}
