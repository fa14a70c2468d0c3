import type { output } from 'zod';
import type { CatalogSet } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { formatReference, parseReference, repositoryOf, tagOrDigest } from '../../images/reference.ts';
import type { ImageSource, Reference } from '../../images/types.ts';
import type { WantedImage } from '../types.ts';
import { bundleImages, digestTag, placed } from './bundle-images.ts';
import { catalogFiles, openCatalogImage, platformsOf } from './catalog-image.ts';
import { indexCatalog } from './catalog-index.ts';
import { addDependencies } from './dependencies.ts';
import { pickWanted } from './select.ts';
import { bundlesOf, countsOf, missingBundles, type Selection, selectionOf, wholeSelection } from './selection.ts';

/** What rebuildCatalog is to make when the catalog has been pulled. Plain JSON. */
export interface RebuiltCatalog {
  /** Root name in the store: `bastion.local/catalogs/<repository>:<tag>`. */
  name: string;
  /** The catalog it is made of: full reference with digest, and a root of the store once it is pulled. */
  base: string;
  /** For the annotation of rebuildCatalog: without tag and digest. */
  source: string;
  target: { repository: string; tag: string };
  platforms: string[];
  selection: Selection;
  /** "2 packages, 3 channels, 5 bundles". */
  sentence: string;
}

export interface ResolvedCatalog {
  images: WantedImage[];
  warnings: string[];
  rebuilt?: RebuiltCatalog;
}

export interface CatalogEffects {
  /** `os/arch[/variant]` to take; none = all. */
  platforms?: readonly string[];
  signal?: AbortSignal;
}

/**
 * Looks into a catalog and says which images a set wants of it: the catalog (pinned to the digest it has now), its bundles and their
 * related images. A catalog that is filtered is wanted under its digest, and `rebuilt` says what is to be made of it (facts.role `base`;
 * role `catalog` is what a cluster serves). Field names in faults are relative to the catalog of the set. Faults: those of pickWanted,
 * openCatalogImage, platformsOf and the source; reference.*.
 */
export async function resolveCatalog(
  set: output<typeof CatalogSet>,
  source: ImageSource,
  { platforms = [], signal }: CatalogEffects = {},
): Promise<ResolvedCatalog> {
  const reference = parseReference(set.image, 'image');
  const manifest = await source.manifest(tagOrDigest(reference), signal);
  const [first] = platformsOf(manifest, platforms);
  const own = first!.digest === manifest.digest ? manifest : await source.manifest(first!.digest, signal);
  const image = await openCatalogImage(source, own, signal);
  const warnings: string[] = [];
  const skipped = (path: string, type: string): void => {
    warnings.push(`The catalog's ${path} is a ${type}, which is not followed: packages in it are not seen.`);
  };
  const index = await indexCatalog(catalogFiles(source, image, signal, skipped));

  let selection = wholeSelection(index);
  if (!set.full) {
    const { picks, warnings: said } = pickWanted(index, set);
    warnings.push(...said, ...(set.dependencies ? addDependencies(index, picks) : []));
    selection = selectionOf(picks);
  }
  for (const name of missingBundles(index, selection)) {
    warnings.push(`A channel names ${name}, which the catalog does not hold; clusters may refuse the catalog for it.`);
  }
  const pinned: Reference = { ...reference, digest: manifest.digest };
  const target = targetOf(set.target, reference);
  const base: WantedImage = {
    ...placed(pinned),
    category: 'catalog',
    target: set.full ? target : { repository: target.repository, tag: digestTag(manifest.digest) },
    facts: { catalog: set.image, role: set.full ? 'catalog' : 'base' },
  };
  const found = bundleImages(bundlesOf(index, selection), set.image);
  const { packages, channels, bundles } = countsOf(selection);
  return {
    images: [base, ...found.images],
    warnings: [...warnings, ...found.warnings],
    ...(!set.full && {
      rebuilt: {
        name: `bastion.local/catalogs/${target.repository}:${target.tag}`,
        base: formatReference(pinned),
        source: repositoryOf(reference),
        target,
        platforms: [...platforms],
        selection,
        sentence: `${countText(packages, 'package')}, ${countText(channels, 'channel')}, ${countText(bundles, 'bundle')}`,
      },
    }),
  };
}

/** `path[:tag]` of the set, else the catalog's own. A digest alone makes no tag that people could name. */
function targetOf(text: string, reference: Reference): { repository: string; tag: string } {
  const own = reference.tag ?? (reference.digest ? digestTag(reference.digest) : 'latest');
  if (text === '') return { repository: reference.repository, tag: own };
  const read = parseReference(`target.local/${text}`, 'target');
  if (read.digest) {
    throw fault(
      'reference.digest',
      `"${text}" names a digest; a target has a path and a tag.`,
      'Leave the digest away.',
      {
        field: 'target',
      },
    );
  }
  return { repository: read.repository, tag: read.tag ?? own };
}
