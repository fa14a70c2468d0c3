import type { Random } from '../world/random.ts';

/** Chooses `count` of `items` by chance, in their order. */
export function picker(random: Random) {
  return <T>(items: readonly T[], count: number): T[] => {
    const left = items.map((_, at) => at);
    const chosen: number[] = [];
    while (chosen.length < count && left.length > 0) {
      chosen.push(...left.splice(random.whole(0, left.length - 1), 1));
    }
    return chosen.sort((a, b) => a - b).map((at) => items[at]!);
  };
}
