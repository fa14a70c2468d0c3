import { fault } from '../../../shared/fault.ts';
import { hexOf } from '../../images/digest.ts';
import { parseReference } from '../../images/reference.ts';
import type { Resolution, WantedImage } from '../types.ts';

const placeOf = ({ target }: WantedImage): string => `${target.repository}:${target.tag}`;

/**
 * No two images may lie at one place: the later push would take the tag away from the earlier image. One that clusters name by digest
 * moves to the tag `sha256-<hex>`; of several that are named by tag only the first stays, the others are gaps.
 */
export function withoutSamePlace<T extends Omit<Resolution, 'set'>>(found: T): T {
  const taken = new Map<string, WantedImage>();
  const images: WantedImage[] = [];
  const gaps = [...found.gaps];
  // Those that are named by tag choose first.
  for (const image of [...found.images].sort((a, b) => Number(a.by === 'digest') - Number(b.by === 'digest'))) {
    const other = taken.get(placeOf(image));
    const { digest } = parseReference(image.name);
    if (!other) {
      taken.set(placeOf(image), image);
      images.push(image);
    } else if (image.by === 'digest' && digest) {
      const moved = { ...image, target: { ...image.target, tag: `sha256-${hexOf(digest)}`.slice(0, 128) } };
      taken.set(placeOf(moved), moved);
      images.push(moved);
    } else {
      const { code, message, remedy, field } = samePlace(image, other).fault;
      gaps.push({ name: image.name, fault: { code, message, remedy, field } });
    }
  }
  return { ...found, gaps, images: images.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

const samePlace = (image: WantedImage, other: WantedImage) =>
  fault(
    'set.samePlace',
    `${image.name} would lie at ${placeOf(image)}, where ${other.name} lies already.`,
    'List one of them under images with a target of its own.',
    { field: 'images' },
  );
