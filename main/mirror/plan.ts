import { randomUUID } from 'node:crypto';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Plan, PlanImage } from '../../shared/contract/mirror.ts';
import { toFault } from '../../shared/fault.ts';
import { bytesText } from '../../shared/rules/amount-text.ts';
import { keptFree } from '../images/content/free-space.ts';
import { inParallel } from '../images/copy/in-parallel.ts';
import { type ImageTree, walkImage } from '../images/copy/walk.ts';
import { parseReference, tagOrDigest } from '../images/reference.ts';
import type { ContentStore, Digest, ImageSource } from '../images/types.ts';
import type { ResolvedSet } from './image-set/resolve-set.ts';
import { parseAddress, type Registries, under } from './registries.ts';
import type { WantedImage } from './types.ts';

/** Manifests are small: many at once. */
const imagesAtOnce = 8;

export interface PlanOptions {
  resolution: ResolvedSet;
  registries: Registries;
  store: Pick<ContentStore, 'has' | 'manifest' | 'space'>;
  /** Where it shall go, to tell what is there already. */
  site?: { id: string; address: string };
  /** Bytes per second as last measured. */
  rate: number | null;
  clock: Clock;
  signal: AbortSignal;
  onImage?: (done: number, total: number) => void;
}

/** Looks at every image of a resolved set and counts; writes nothing anywhere. What cannot be had is a row with its fault. */
export async function makePlan(options: PlanOptions): Promise<{ plan: Plan; images: PlanImage[] }> {
  const { resolution, store, site, rate, clock, signal } = options;
  const { set, images: wanted, gaps, warnings, rebuilt, graph } = resolution;
  const trees: (ImageTree | unknown)[] = new Array(wanted.length);
  const atSite: (number | null)[] = new Array(wanted.length).fill(null);
  // What several images share lies at the site once.
  const lying = new Map<Digest, number>();
  let looked = 0;
  await inParallel(
    wanted.keys(),
    imagesAtOnce,
    async (at, stop) => {
      const image = wanted[at]!;
      try {
        const tree = await look(options, image, set.platforms, stop);
        trees[at] = tree;
        if (site) {
          const there = await siteSizes(options, image, tree, stop);
          for (const [digest, size] of there) lying.set(digest, size);
          atSite[at] = sum(there.values());
        }
      } catch (error) {
        if (stop.aborted) throw error;
        trees[at] = error;
      }
      looked += 1;
      options.onImage?.(looked, wanted.length);
    },
    signal,
  );

  // Each blob counts once: at the first image that needs it.
  const counted = new Set<Digest>();
  let hereBytes = 0;
  const rows: PlanImage[] = wanted.map((image, at) => {
    const tree = trees[at];
    const base = {
      name: image.name,
      category: image.category,
      target: `${image.target.repository}:${image.target.tag}`,
    };
    if (!isTree(tree)) {
      const none = { digest: '', blobs: 0, bytes: 0, newBytes: 0, hereBytes: 0, siteBytes: null };
      return { ...base, ...none, fault: toFault(tree) };
    }
    let fresh = 0;
    let here = 0;
    for (const [digest, size] of sizesOf(tree)) {
      if (store.has(digest)) here += size;
      else if (!counted.has(digest)) fresh += size;
      if (!counted.has(digest) && store.has(digest)) hereBytes += size;
      counted.add(digest);
    }
    return {
      ...base,
      digest: tree.root.manifest.digest,
      blobs: tree.blobs.length + tree.nodes.length,
      ...{ bytes: tree.bytes, newBytes: fresh, hereBytes: here, siteBytes: atSite[at] ?? null },
    };
  });
  const lost: PlanImage[] = gaps.map(({ name, fault }) => ({
    ...{ name, category: 'additional', digest: '', target: '', blobs: 0, bytes: 0, newBytes: 0, hereBytes: 0 },
    ...{ siteBytes: null, fault },
  }));
  const all = [...rows, ...lost];
  const newBytes = all.reduce((sum, row) => sum + row.newBytes, 0);
  const { freeBytes } = store.space();
  const fits = newBytes <= freeBytes - keptFree;
  const said = [
    ...warnings,
    ...rebuilt.map(({ base, sentence }) => `A catalog is made of ${base}: ${sentence}.`),
    ...(graph ? [`A graph-data image is made of ${graph.base}: ${graph.sentence}.`] : []),
  ];
  if (!fits) {
    const spare = bytesText(Math.max(0, freeBytes - keptFree));
    said.unshift(
      `It does not fit: ${bytesText(newBytes)} are to come, and the disk of the store has ${spare} to spare.`,
    );
  }
  return {
    images: all,
    plan: {
      ...{ id: randomUUID(), set: set.name, site: site?.id ?? '', madeAt: isoSeconds(clock.now()) },
      ...{ images: all.length, failed: all.filter(({ fault }) => fault).length, blobs: counted.size },
      ...{ bytes: newBytes + hereBytes, newBytes, hereBytes, freeBytes, fits },
      siteBytes: site ? sum(lying.values()) : null,
      ...{ bytesPerSecond: rate, seconds: rate === null ? null : Math.round(newBytes / rate) },
      bySource: sources(rows),
      gaps: all
        .filter(({ fault }) => fault)
        .slice(0, 50)
        .map(({ name, fault }) => ({ name, reason: `${fault?.message} ${fault?.remedy}` })),
      warnings: said,
    },
  };
}

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((all, size) => all + size, 0);

const isTree = (value: unknown): value is ImageTree => typeof value === 'object' && value !== null && 'nodes' in value;

function* sizesOf(tree: ImageTree): Generator<[Digest, number]> {
  for (const { manifest } of tree.nodes) yield [manifest.digest, manifest.bytes.length];
  for (const { digest, size } of tree.blobs) yield [digest, size];
}

function look({ registries, store }: PlanOptions, image: WantedImage, platforms: string[], signal: AbortSignal) {
  const reference = parseReference(image.name);
  const far = registries.source(reference);
  const source: ImageSource = {
    // A manifest that is here by its digest need not be asked for.
    manifest: (name, stop) => (store.has(name as Digest) ? store.manifest(name, stop) : far.manifest(name, stop)),
    blob: far.blob,
  };
  return walkImage(source, tagOrDigest(reference), image.name, { platforms, signal });
}

/** What a site has of an image, with sizes: all when its manifest is there, else the blobs in the repository it goes to. */
async function siteSizes(
  { registries, site }: PlanOptions,
  image: WantedImage,
  tree: ImageTree,
  signal: AbortSignal,
): Promise<Map<Digest, number>> {
  const address = parseAddress(site!.address);
  const registry = registries.of(address.host);
  const repository = under(address, image.target.repository);
  if (await registry.resolve(repository, tree.root.manifest.digest, signal)) return new Map(sizesOf(tree));
  const asked = tree.blobs.map(
    async ({ digest }) => [digest, await registry.hasBlob(repository, digest, signal)] as const,
  );
  return new Map((await Promise.all(asked)).flatMap(([digest, size]) => (size === undefined ? [] : [[digest, size]])));
}

function sources(rows: readonly PlanImage[]): Plan['bySource'] {
  const by = new Map<string, { registry: string; images: number; newBytes: number }>();
  for (const { name, newBytes } of rows) {
    const { registry } = parseReference(name);
    const entry = by.get(registry) ?? { registry, images: 0, newBytes: 0 };
    by.set(registry, { registry, images: entry.images + 1, newBytes: entry.newBytes + newBytes });
  }
  return [...by.values()].sort((a, b) => b.newBytes - a.newBytes || (a.registry < b.registry ? -1 : 1));
}
