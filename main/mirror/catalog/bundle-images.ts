import { toFault } from '../../../shared/fault.ts';
import { hexOf } from '../../images/digest.ts';
import { formatReference, parseReference, repositoryOf } from '../../images/reference.ts';
import type { Digest, Reference } from '../../images/types.ts';
import type { WantedImage } from '../types.ts';
import type { BundleFacts } from './facts.ts';

/** `sha256-<hex>`: the tag of what is known by its digest only, as oc-mirror v2 lays it out; a tag has at most 128 characters. */
export const digestTag = (digest: Digest): string =>
  `${digest.slice(0, digest.indexOf(':'))}-${hexOf(digest)}`.slice(0, 128);

/** Where an image lies at a site and how clusters name it. A digest counts for more than a tag beside it. */
export function placed(reference: Reference): Pick<WantedImage, 'name' | 'target' | 'sources' | 'by'> {
  const { repository, tag = 'latest', digest } = reference;
  return {
    name: formatReference(digest || reference.tag !== undefined ? reference : { ...reference, tag }),
    target: { repository, tag: digest ? digestTag(digest) : tag },
    sources: [repositoryOf(reference)],
    by: digest ? 'digest' : 'tag',
  };
}

/**
 * The images of bundles: each bundle's own and its related ones, once each, with the bundles that need them. Empty references are
 * counted, unreadable ones named; neither stops the rest. `catalog` is the reference of the catalog they are from.
 */
export function bundleImages(
  bundles: readonly BundleFacts[],
  catalog: string,
): { images: WantedImage[]; warnings: string[] } {
  const images = new Map<string, WantedImage & { neededBy: string[] }>();
  const warnings: string[] = [];
  let empty = 0;
  for (const bundle of bundles) {
    empty += bundle.emptyRelated;
    for (const text of [...(bundle.image ? [bundle.image] : []), ...bundle.related]) {
      try {
        const place = placed(parseReference(text));
        const known = images.get(place.name);
        if (known && !known.neededBy.includes(bundle.name)) known.neededBy.push(bundle.name);
        const facts = { catalog, package: bundle.package, bundle: bundle.name, version: bundle.version };
        if (!known) images.set(place.name, { ...place, category: 'operator', neededBy: [bundle.name], facts });
      } catch (error) {
        warnings.push(`${bundle.name} names an image that is left out: ${toFault(error).message}`);
      }
    }
  }
  if (empty > 0) warnings.push(`${empty} related images of bundles are empty in the catalog and are passed over.`);
  for (const image of images.values()) image.neededBy.sort();
  return { images: [...images.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), warnings };
}
