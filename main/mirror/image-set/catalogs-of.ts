import type { z } from 'zod';
import type { CatalogSet, ImageSet } from '../../../shared/contract/image-set.ts';

type Catalog = z.output<typeof CatalogSet>;
type Package = Catalog['packages'][number];

/** A catalog of a set; `kmmOnly` names the packages that are there because of `kmm` alone. */
export interface CatalogEntry {
  catalog: Catalog;
  kmmOnly: string[];
}

const kmmPackages: readonly string[] = ['kernel-module-management', 'kernel-module-management-hub'];

/** The catalogs of a set, with KMM's two packages added to the one that `kmm` names. What a catalog says itself stands. */
export function catalogsOf({ catalogs, kmm }: ImageSet): CatalogEntry[] {
  const entries = catalogs.map((catalog): CatalogEntry => ({ catalog, kmmOnly: [] }));
  if (kmm?.flavour !== 'openshift' || !kmm.catalog) return entries;
  const channels = kmm.version ? [{ name: kmm.version }] : [];
  const wanted = kmmPackages.map((name): Package => ({ name, channels }));
  const at = entries.findIndex(({ catalog }) => catalog.image === kmm.catalog);
  const there = entries[at]?.catalog;
  if (!there) {
    const alone: Catalog = { image: kmm.catalog, packages: wanted, full: false, dependencies: true, target: '' };
    return [...entries, { catalog: alone, kmmOnly: [...kmmPackages] }];
  }
  // Without packages a catalog stands for all of them already.
  if (there.full || there.packages.length === 0) return entries;
  const missing = wanted.filter(({ name }) => !there.packages.some((each) => each.name === name));
  const merged = { ...there, packages: [...there.packages, ...missing] };
  return entries.with(at, { catalog: merged, kmmOnly: missing.map(({ name }) => name) });
}
