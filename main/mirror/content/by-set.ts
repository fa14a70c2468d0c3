import { canonicalJson } from '../bundle/canonical.ts';
import { join } from '../image-set/basket.ts';
import type { MirrorImage, WantedImage, Wish } from '../types.ts';

type Known = WantedImage & Pick<MirrorImage, 'sets' | 'bySet'>;

const wishOf = ({ category, target, sources, by, neededBy, facts }: Wish): Wish => ({
  ...{ category, target, sources, by },
  ...(neededBy && { neededBy }),
  ...(facts && { facts }),
});

/** What an image is when a set asks for it, too: the same whichever of its sets came last. `before` is what it was to others. */
export function withSet(before: Known | undefined, image: WantedImage, set: string): Known {
  const { name } = image;
  const former = before?.sets.map((each) => [each, before.bySet?.[each] ?? wishOf(before)] as const) ?? [];
  return together(name, { ...Object.fromEntries(former), [set]: wishOf(image) });
}

/** What it is to the others when a set asks for it no more; undefined when there are none. */
export function withoutSet(image: Known, set: string): Known | undefined {
  const others = image.sets.filter((each) => each !== set);
  if (others.length === 0) return undefined;
  return together(image.name, Object.fromEntries(others.map((each) => [each, image.bySet?.[each] ?? wishOf(image)])));
}

function together(name: string, wishes: Record<string, Wish>): Known {
  const sets = Object.keys(wishes).sort();
  const all = sets.flatMap((set) => wishes[set] ?? []);
  const differ = new Set(all.map(canonicalJson)).size > 1;
  return { ...join(all.map((wish) => ({ name, ...wish }))), sets, ...(differ && { bySet: wishes }) };
}
