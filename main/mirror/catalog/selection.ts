import type { CatalogIndex, PackageFacts } from './catalog-index.ts';
import type { BundleFacts } from './facts.ts';

/** What stays of a catalog, in names only, sorted: plain JSON, so that a plan can keep it until the catalog is rebuilt. */
export interface Selection {
  packages: Record<string, { defaultChannel: string; channels: Record<string, string[]> }>;
}

/** A selection in the making: entries by channel. */
export interface Picked {
  defaultChannel: string;
  channels: Map<string, Set<string>>;
}
export type Picks = Map<string, Picked>;

const sorted = <T>(entries: Iterable<[string, T]>): [string, T][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

export function selectionOf(picks: Picks): Selection {
  return {
    packages: Object.fromEntries(
      sorted(picks).map(([name, { defaultChannel, channels }]) => [
        name,
        { defaultChannel, channels: Object.fromEntries(sorted(channels).map(([key, set]) => [key, [...set].sort()])) },
      ]),
    ),
  };
}

/** Everything of an index, for catalogs taken whole. */
export function wholeSelection(index: CatalogIndex): Selection {
  const picks: Picks = new Map();
  for (const { name, defaultChannel, channels } of index.packages.values()) {
    const all = [...channels].map(([key, entries]) => [key, new Set(entries.map((entry) => entry.name))] as const);
    picks.set(name, { defaultChannel, channels: new Map(all) });
  }
  return selectionOf(picks);
}

/** The bundles a selection keeps, by package and name; those that the catalog names and does not hold are left out. */
export function bundlesOf(index: CatalogIndex, { packages }: Selection): BundleFacts[] {
  return Object.entries(packages).flatMap(([name, { channels }]) => {
    const owner: PackageFacts | undefined = index.packages.get(name);
    const wanted = [...new Set(Object.values(channels).flat())].sort();
    return wanted.flatMap((bundle) => owner?.bundles.get(bundle) ?? []);
  });
}

/** `package/bundle` of what a selection names and the catalog does not hold: opm would refuse it. */
export const missingBundles = (index: CatalogIndex, { packages }: Selection): string[] =>
  Object.entries(packages).flatMap(([name, { channels }]) =>
    [...new Set(Object.values(channels).flat())]
      .filter((bundle) => !index.packages.get(name)?.bundles.has(bundle))
      .map((bundle) => `${name}/${bundle}`),
  );

export function countsOf({ packages }: Selection): { packages: number; channels: number; bundles: number } {
  const all = Object.values(packages);
  return {
    packages: all.length,
    channels: all.reduce((sum, { channels }) => sum + Object.keys(channels).length, 0),
    bundles: all.reduce((sum, { channels }) => sum + new Set(Object.values(channels).flat()).size, 0),
  };
}
