import type { FleetFilter } from '../../shared/contract/fleet.ts';
import type { Output } from '../../shared/contract.ts';
import { type Cube, type Facet, type Group, holds, kernelsOf, loadsOf } from './cube.ts';

type Facets = Output<'fleet.facets'>;
type Value = Facets['labels'][number];

const labelLimit = 200;
const byCount = (a: Value, b: Value) => b.count - a.count || a.value.localeCompare(b.value, 'en', { numeric: true });

/** Counts each facet under all the other filters. Label keys all must hold, so they are counted under themselves too. */
export function facets({ groups }: Cube, filter: FleetFilter): Facets {
  const count = (facet: Facet | undefined, values: (group: Group) => readonly string[]): Value[] => {
    const sums = new Map<string, number>();
    for (const group of groups) {
      if (!holds(group, filter, facet)) continue;
      for (const value of values(group)) sums.set(value, (sums.get(value) ?? 0) + group.n);
    }
    return [...sums].map(([value, n]) => ({ value, count: n }));
  };
  const sortKey = new Map(groups.map(({ openshift, openshift_sort }) => [openshift, openshift_sort]));
  const newestFirst = (a: Value, b: Value) => (sortKey.get(b.value)! > sortKey.get(a.value)! ? 1 : -1);
  return {
    availability: count('availability', ({ availability }) => [availability]).sort(byCount),
    openshift: count('openshift', ({ openshift }) => [openshift]).sort(newestFirst),
    kernel: count('kernel', kernelsOf).sort(byCount),
    load: count('load', (group) => loadsOf(group, filter.module)).sort(byCount),
    labels: count(undefined, ({ label_keys }) => (label_keys === '' ? [] : label_keys.split('\n')))
      .sort(byCount)
      .slice(0, labelLimit),
  };
}
