import { randomUUID } from 'node:crypto';
import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Plan, PlanImage } from '../../../shared/contract/mirror.ts';
import { type Fault, toFault } from '../../../shared/fault.ts';
import { bytesText } from '../../../shared/rules/amount-text.ts';
import { keptFree } from '../../images/content/free-space.ts';
import { findAttachments } from '../../images/copy/attachments.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import { amountOf } from '../../images/copy/tally.ts';
import { type ImageTree, walkImage } from '../../images/copy/walk.ts';
import { parseReference, tagOrDigest } from '../../images/reference.ts';
import type { ContentStore, Digest, ImageSource } from '../../images/types.ts';
import { graphImageWanted } from '../graph-image/graph-image.ts';
import type { ResolvedSet } from '../image-set/resolve-set.ts';
import { catalogImage } from '../runs/run-items.ts';
import { parseAddress, type Registries, under } from '../sites/registries.ts';
import type { WantedImage } from '../types.ts';
import { planSentence } from './plan-sentence.ts';

/** Manifests are small: many at once. */
const imagesAtOnce = 8;

export interface PlanOptions {
  resolution: ResolvedSet;
  registries: Registries;
  store: Pick<ContentStore, 'has' | 'partial' | 'manifest' | 'space'>;
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
  const found: (Found | unknown)[] = new Array(wanted.length);
  const atSite: (number | null)[] = new Array(wanted.length).fill(null);
  // What several images share lies at the site once.
  const lying = new Map<Digest, number>();
  let siteFault: Fault | undefined;
  let looked = 0;
  await inParallel(
    wanted.keys(),
    imagesAtOnce,
    async (at, stop) => {
      const image = wanted[at]!;
      try {
        const its = await look(options, image, set.platforms, stop);
        found[at] = its;
        if (site && siteFault === undefined) {
          // An image can be had whether or not the site answers.
          const there = await siteSizes(options, image, its, stop).catch((error: unknown) => {
            if (stop.aborted) throw error;
            siteFault = toFault(error);
          });
          for (const [digest, size] of there ?? []) lying.set(digest, size);
          if (there) atSite[at] = sum(there.values());
        }
      } catch (error) {
        if (stop.aborted) throw error;
        found[at] = error;
      }
      looked += 1;
      options.onImage?.(looked, wanted.length);
    },
    signal,
  );

  // Each blob counts once: at the first image that needs it.
  const counted = new Set<Digest>();
  const rows: PlanImage[] = wanted.map((image, at) => {
    const seen = found[at];
    const base = {
      name: image.name,
      category: image.category,
      target: `${image.target.repository}:${image.target.tag}`,
    };
    if (!isFound(seen)) {
      const none = { digest: '', blobs: 0, bytes: 0, newBytes: 0, hereBytes: 0, siteBytes: null };
      return { ...base, ...none, fault: toFault(seen) };
    }
    let fresh = 0;
    let here = 0;
    for (const [digest, size] of seen.all.sizes) {
      if (counted.has(digest)) continue;
      counted.add(digest);
      // What an interrupted pull left of a blob need not come again.
      const held = store.has(digest) ? size : Math.min(size, store.partial(digest));
      here += held;
      fresh += size - held;
    }
    return {
      ...base,
      digest: seen.tree.root.manifest.digest,
      blobs: seen.all.blobs,
      ...{ bytes: seen.all.bytes, newBytes: fresh, hereBytes: here, siteBytes: atSite[at] ?? null },
    };
  });
  const lost: PlanImage[] = gaps.map(({ name, fault }) => ({
    ...{ name, category: 'additional', digest: '', target: '', blobs: 0, bytes: 0, newBytes: 0, hereBytes: 0 },
    ...{ siteBytes: null, fault },
  }));
  const making = made(resolution);
  const all = [...rows, ...making, ...lost];
  const newBytes = sum(all.map((row) => row.newBytes));
  const hereBytes = sum(all.map((row) => row.hereBytes));
  const { freeBytes } = store.space();
  const fits = newBytes <= freeBytes - keptFree;
  const said = [
    ...warnings,
    ...rebuilt.map(({ base, sentence }) => `A catalog is made of ${base}: ${sentence}.`),
    ...(graph ? [`A graph-data image is made of ${graph.base}: ${graph.sentence}.`] : []),
  ];
  if (siteFault) {
    const { message, remedy } = siteFault as Fault;
    said.unshift(`What the site has already is not known: ${message} ${remedy}`);
  }
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
      made: making.map(({ name, madeOf }) => ({ name, of: madeOf })),
      sentence: planSentence(all, resolution.files.length),
      ...{ bytes: newBytes + hereBytes, newBytes, hereBytes, freeBytes, fits },
      siteBytes: site && !siteFault ? sum(lying.values()) : null,
      ...{ bytesPerSecond: rate, seconds: rate === null ? null : Math.round(newBytes / rate) },
      bySource: sources(rows.filter(({ fault }) => !fault)),
      gaps: all
        .filter(({ fault }) => fault)
        .slice(0, 50)
        .map(({ name, fault }) => ({ name, reason: `${fault?.message} ${fault?.remedy}` })),
      warnings: said,
    },
  };
}

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((all, size) => all + size, 0);

/** An image as a pull would take it: with its signatures and referrers. */
interface Found {
  tree: ImageTree;
  attached: ImageTree[];
  all: ReturnType<typeof amountOf>;
}
const isFound = (value: unknown): value is Found => typeof value === 'object' && value !== null && 'attached' in value;

const sizesOf = (trees: readonly ImageTree[]) =>
  amountOf(
    trees.flatMap(({ blobs }) => blobs),
    trees.flatMap(({ nodes }) => nodes.map(({ manifest }) => manifest)),
  );

async function look(
  { registries, store }: PlanOptions,
  image: WantedImage,
  platforms: string[],
  signal: AbortSignal,
): Promise<Found> {
  const reference = parseReference(image.name);
  const far = registries.source(reference);
  const source: ImageSource = {
    // A manifest that is here by its digest need not be asked for.
    manifest: (name, stop) => (store.has(name as Digest) ? store.manifest(name, stop) : far.manifest(name, stop)),
    blob: far.blob,
  };
  const tree = await walkImage(source, tagOrDigest(reference), image.name, { platforms, signal });
  const manifests = tree.nodes.map(({ manifest }) => manifest.digest);
  const registry = registries.of(reference.registry);
  const attachments = await findAttachments(registry, source, reference.repository, manifests, signal);
  const attached = attachments.map((each) => each.tree);
  return { tree, attached, all: sizesOf([tree, ...attached]) };
}

/** What a site has of an image and of what is attached to it, with sizes: all of each whose manifest is there, else the blobs in the repository it goes to. */
async function siteSizes(
  { registries, site }: PlanOptions,
  image: WantedImage,
  { tree, attached }: Found,
  signal: AbortSignal,
): Promise<Map<Digest, number>> {
  const address = parseAddress(site!.address);
  const registry = registries.of(address.host);
  const repository = under(address, image.target.repository);
  const there = new Map<Digest, number>();
  const ask = async (each: ImageTree) => {
    if (await registry.resolve(repository, each.root.manifest.digest, signal)) {
      for (const [digest, size] of sizesOf([each]).sizes) there.set(digest, size);
      return;
    }
    const asked = each.blobs.map(async ({ digest }) => {
      const size = await registry.hasBlob(repository, digest, signal);
      if (size !== undefined) there.set(digest, size);
    });
    await Promise.all(asked);
  };
  await Promise.all([tree, ...attached].map(ask));
  return there;
}

/** Filtered catalogs and the graph-data image: rows of a pull as others are, but nothing of them is fetched. */
function made({ rebuilt, graph }: ResolvedSet): (PlanImage & { madeOf: string })[] {
  const wanted = [
    ...rebuilt.map((catalog) => ({ image: catalogImage(catalog), base: catalog.base })),
    ...(graph ? [{ image: graphImageWanted(graph), base: graph.base }] : []),
  ];
  return wanted.map(({ image: { name, category, target }, base }) => ({
    ...{ name, category, digest: '', target: `${target.repository}:${target.tag}`, madeOf: base },
    ...{ blobs: 0, bytes: null, newBytes: 0, hereBytes: 0, siteBytes: null },
  }));
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
