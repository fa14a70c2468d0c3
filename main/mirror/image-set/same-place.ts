import { fault } from '../../../shared/fault.ts';
import { hexOf } from '../../images/digest.ts';
import { parseReference } from '../../images/reference.ts';
import { otherPlaces, placeText } from '../sites/places.ts';
import type { Resolution, WantedImage } from '../types.ts';

const placesOf = (image: WantedImage): string[] => [image.target, ...otherPlaces(image)].map(placeText);

/**
 * No two images may lie at one place: the later push would take the tag away from the earlier image. One that clusters name by digest
 * moves to the tag `sha256-<hex>`; of several that are named by tag only the first stays, the others are gaps.
 */
export function withoutSamePlace<T extends Omit<Resolution, 'set'>>(found: T): T {
  const taken = new Map<string, WantedImage>();
  const images: WantedImage[] = [];
  const gaps = [...found.gaps];
  /** The other image at a place; the same bytes from elsewhere may lie there too. */
  const other = (place: string, image: WantedImage): WantedImage | undefined => {
    const there = taken.get(place);
    const { digest } = parseReference(image.name);
    return there && digest !== undefined && parseReference(there.name).digest === digest ? undefined : there;
  };
  // Those that are named by tag choose first.
  for (const image of [...found.images].sort((a, b) => Number(a.by === 'digest') - Number(b.by === 'digest'))) {
    const apart = byDigest(image, (place) => other(place, image) !== undefined);
    const place = placesOf(apart).find((each) => other(each, image));
    if (place === undefined) {
      for (const each of placesOf(apart)) taken.set(each, apart);
      images.push(apart);
    } else {
      const { code, message, remedy, field } = samePlace(image, place, taken.get(place)!).fault;
      gaps.push({ name: image.name, fault: { code, message, remedy, field } });
    }
  }
  return { ...found, gaps, images: images.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** An image that is named by digest, at a tag of its own wherever another has the one it would have. */
function byDigest(image: WantedImage, taken: (place: string) => boolean): WantedImage {
  const { digest } = parseReference(image.name);
  if (image.by !== 'digest' || !digest || !placesOf(image).some(taken)) return image;
  const own = `sha256-${hexOf(digest)}`.slice(0, 128);
  const free = (place: WantedImage['target']) => (taken(placeText(place)) ? { ...place, tag: own } : place);
  const elsewhere = otherPlaces(image).map(free).map(placeText).join(' ');
  return {
    ...image,
    target: free(image.target),
    ...(elsewhere !== '' && { facts: { ...image.facts, alsoAt: elsewhere } }),
  };
}

const samePlace = (image: WantedImage, place: string, other: WantedImage) =>
  fault(
    'set.samePlace',
    `${image.name} would lie at ${place}, where ${other.name} lies already.`,
    'List one of them under images with a target of its own.',
    { field: 'images' },
  );
