import { editDistance } from '../../../shared/rules/nearest.ts';

/** The candidates most like a name, at most `count`, best first; one that holds the other counts as very like. */
export function nearest(name: string, candidates: Iterable<string>, count = 3): string[] {
  const far = (other: string) => (other.includes(name) || name.includes(other) ? 0.5 : editDistance(name, other));
  return [...candidates]
    .map((other) => ({ other, distance: far(other) }))
    .filter(({ other, distance }) => distance <= Math.max(2, Math.min(name.length, other.length) / 3))
    .sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1))
    .slice(0, count)
    .map(({ other }) => other);
}
