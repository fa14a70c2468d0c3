import type { output } from 'zod';
import type { GraphImageSet, ImageSet } from '../../../shared/contract/image-set.ts';
import { fault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { hexOf } from '../../images/digest.ts';
import { formatReference, parseReference, repositoryOf, tagOrDigest } from '../../images/reference.ts';
import type { Reference } from '../../images/types.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { addFolder, packLayer } from '../made-image/pack-layer.ts';
import { imagesFor } from '../made-image/platforms.ts';
import { type GraphData, readGraphData } from './graph-data.ts';
import { type GraphImage, graphFile, graphFolder, graphRepository } from './graph-image.ts';

type Releases = NonNullable<ImageSet['releases']>;

/**
 * What a set's graph-data image is to be made of: the base, pinned and wanted under its digest, and the layer of the graph data, a file of
 * the set. One platform is pinned to its own image, so that not four architectures come for one. Faults: graphImage.data, .platform, those
 * of fetch and of the registry.
 */
export async function resolveGraphImage(
  { base, data }: output<typeof GraphImageSet>,
  { architectures }: Pick<Releases, 'architectures'>,
  effects: ResolveEffects & { platforms: readonly string[] },
  basket: Basket,
): Promise<GraphImage> {
  const { signal, onStep } = effects;
  onStep?.('the graph data of the update service');
  const files = await readGraphData(await effects.fetch(data, { signal }), data);
  const { chunks, descriptor, diffId } = await packLayer(entriesOf(files), signal);
  const platforms = effects.platforms.length > 0 ? [...effects.platforms] : platformsOf(architectures);
  const pinned = await pinBase(parseReference(base), platforms, effects);
  const target = { repository: graphRepository, tag: 'latest' };
  basket.file(graphFile(descriptor, Buffer.concat(chunks)));
  basket.add({
    name: formatReference(pinned),
    category: 'graph',
    target: { repository: graphRepository, tag: `sha256-${hexOf(pinned.digest)}`.slice(0, 128) },
    sources: [],
    by: 'digest',
    facts: { role: 'base' },
  });
  const format = files.get('version')?.toString('utf8').trim().slice(0, 20);
  return {
    name: `bastion.local/${graphRepository}:latest`,
    base: formatReference(pinned),
    source: repositoryOf(pinned),
    target,
    platforms,
    layer: { descriptor, diffId },
    sentence: `${countText(files.size, 'file')} of graph data, format ${format}`,
  };
}

function entriesOf(files: GraphData): Map<string, Buffer | undefined> {
  const entries = new Map<string, Buffer | undefined>();
  for (const [path, bytes] of files) {
    const slash = path.lastIndexOf('/');
    addFolder(entries, slash < 0 ? graphFolder : `${graphFolder}/${path.slice(0, slash)}`);
    entries.set(`${graphFolder}/${path}`, bytes);
  }
  return entries;
}

/** The update service runs on a cluster of one of the architectures that releases come for. */
const platformsOf = (architectures: Releases['architectures']): string[] =>
  architectures.includes('multi') ? [] : architectures.map((each) => `linux/${each}`);

async function pinBase(reference: Reference, platforms: readonly string[], { open, signal }: ResolveEffects) {
  const manifest = await open(reference).manifest(tagOrDigest(reference), signal);
  const { wanted, known } = imagesFor(manifest, platforms);
  if (wanted.length === 0) {
    throw fault(
      'graphImage.platform',
      `${formatReference(reference)} has no image for ${platforms.join(', ') || 'any platform'}; it has ${known.join(', ') || 'none'}.`,
      'Name another base, or correct the architectures or platforms of the set.',
      { field: 'releases.graphImage.base', about: known },
    );
  }
  const digest = wanted.length === 1 ? wanted[0]!.digest : manifest.digest;
  return { ...reference, digest };
}
