import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { leftOutKey, writeLeftOut } from '../../images/content/left-out.ts';
import { createBlobPool } from '../../images/copy/blob-pool.ts';
import { fetchImage } from '../../images/copy/fetch-image.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import { isIndexType } from '../../images/media-types.ts';
import { parseReference, tagOrDigest } from '../../images/reference.ts';
import type { ContentStore } from '../../images/types.ts';
import { changedSinceLook, type ImageSets, type SetRecord } from '../../store/image-sets.ts';
import type { RunItem } from '../../store/runs.ts';
import { rebuildCatalog } from '../catalog/rebuild.ts';
import { putSetFiles } from '../content/set-files.ts';
import { dropFormerBases, dropSuperseded } from '../content/superseded.ts';
import { buildGraphImage } from '../graph-image/build-graph-image.ts';
import { graphImageWanted } from '../graph-image/graph-image.ts';
import type { ResolvedSet } from '../image-set/resolve-set.ts';
import type { Registries } from '../sites/registries.ts';
import { catalogImage, mergedAnnotations, type PullItem, pullItems } from './run-items.ts';
import type { RunReport } from './run-reporter.ts';
import type { RunWorker } from './runner.ts';
import { tellSizes } from './tell-sizes.ts';

/** Images at once; their blobs share one pool. */
const imagesAtOnce = 6;

/** Fetches a set into the store. What cannot be had is a gap; a full or unplugged disk stops the run, which then can be resumed. */
export function createPullWorker(deps: {
  content: () => Promise<ContentStore>;
  registries: Registries;
  sets: ImageSets;
  resolve: (set: string, signal: AbortSignal) => Promise<ResolvedSet>;
  /** Bytes by image as the last plan of the set counted them: all of it, and without what an image before it brings. */
  sized: (set: string) => ReadonlyMap<string, { bytes: number; share: number }>;
  clock: Clock;
}): RunWorker {
  const { content, registries, sets, resolve, sized, clock } = deps;
  const now = () => isoSeconds(clock.now());

  /** What is made here of an image that was pulled before. */
  async function make(
    wanted: Exclude<PullItem, { kind: 'image' }>,
    set: string,
    store: ContentStore,
    signal: AbortSignal,
  ) {
    const base = wanted.kind === 'graph' ? wanted.graph.base : wanted.catalog.base;
    const root = store.roots().find(({ name }) => name === base);
    if (!root) throw baseMissing(base, wanted.kind);
    const manifest = await store.manifest(root.descriptor.digest, signal);
    const release = store.hold();
    try {
      const descriptor =
        wanted.kind === 'graph'
          ? await buildGraphImage(manifest, wanted.graph, store, signal)
          : await rebuildCatalog({ source: store, manifest }, wanted.catalog.selection, store, {
              name: wanted.catalog.source,
              platforms: wanted.catalog.platforms,
              signal,
            });
      const image = wanted.kind === 'graph' ? graphImageWanted(wanted.graph) : catalogImage(wanted.catalog);
      const annotations = {
        ...mergedAnnotations(store, image, descriptor.digest, set, now()),
        // An index that was made here names only what is here.
        ...(isIndexType(descriptor.mediaType) && { [leftOutKey]: writeLeftOut([]) }),
      };
      await store.setRoot({ name: image.name, descriptor, annotations });
      if (wanted.kind === 'graph') await dropFormerBases(store, base, set);
    } finally {
      release();
    }
  }

  async function one(
    item: RunItem,
    set: string,
    store: ContentStore,
    report: RunReport,
    pool: ReturnType<typeof createBlobPool>,
    signal: AbortSignal,
  ) {
    const wanted = item.wanted as PullItem;
    report.begin(item.seq);
    if (wanted.kind !== 'image') {
      await make(wanted, set, store, signal);
      return report.done(item.seq, 0);
    }
    const { image, platforms } = wanted;
    const reference = parseReference(image.name);
    let size = 0;
    await fetchImage({
      registry: registries.of(reference.registry),
      repository: reference.repository,
      tagOrDigest: tagOrDigest(reference),
      name: image.name,
      store,
      pool,
      platforms,
      signal,
      annotations: ({ descriptor }) => mergedAnnotations(store, image, descriptor.digest, set, now()),
      progress: {
        sized({ bytes, sizes }) {
          size = bytes;
          report.sized(item.seq, sizes);
        },
        bytes: (bytes, how, digest) => report.moved(bytes, item.seq, how !== 'moved', digest),
      },
    });
    await dropSuperseded(store, image.name, set);
    report.done(item.seq, size);
  }

  return {
    title: ({ set }) => `Pull of ${set}`,
    async plan(input, signal) {
      const name = String(input['set']);
      const resolution = await resolve(name, signal);
      const items = pullItems(resolution);
      await putSetFiles(await content(), name, resolution.files);
      const names = items.map((item) => item.name);
      sets.resolved(name, names, resolution.gaps.length === 0, now());
      const sizes = sized(name);
      for (const item of items) item.bytes = sizes.get(item.name)?.bytes ?? 0;
      return { items: [...items, ...resolution.gaps.map((gap) => ({ name: gap.name, fault: gap.fault }))] };
    },
    async work(items, report, input) {
      const store = await content();
      const pool = createBlobPool();
      const set = String(input['set']);
      const kind = (item: RunItem) => (item.wanted as PullItem).kind;
      const behind = setBehind(sets.get(set), [...report.had, ...items]);
      if (behind !== '') report.note(behind);
      // What is made here does not travel.
      await tellSizes(
        store,
        report,
        report.had.filter((item) => kind(item) === 'image'),
      );
      const plan = sized(set);
      const shares = [...report.had, ...items].flatMap((item): [number, number][] => {
        const share = kind(item) === 'image' ? plan.get(item.name)?.share : 0;
        return share === undefined ? [] : [[item.seq, share]];
      });
      report.planned(new Map(shares));
      const attempt = async (item: RunItem, signal: AbortSignal) => {
        try {
          await one(item, set, store, report, pool, signal);
        } catch (error) {
          if (report.signal.aborted || signal.aborted || stops(error)) throw error;
          report.failed(item.seq, error);
        }
      };
      // A filtered catalog, or a graph-data image, is made of one that is pulled in the same run.
      await inParallel(
        items.filter((item) => kind(item) === 'image'),
        imagesAtOnce,
        attempt,
        report.signal,
      );
      await inParallel(
        items.filter((item) => kind(item) !== 'image'),
        1,
        attempt,
        report.signal,
      );
      return undefined;
    },
  };
}

/** What to know of a run that goes on with what its set came to earlier: '' when that is what it comes to now. */
function setBehind(record: SetRecord | undefined, items: readonly Pick<RunItem, 'name'>[]): string {
  if (!record) return 'The image set was forgotten since: what it came to then is what was pulled.';
  const names = new Set(record.names);
  if (!changedSinceLook(record) && items.every(({ name }) => names.has(name))) return '';
  return `What ${record.name} asks for has changed since: pull it again.`;
}

const baseMissing = (base: string, kind: 'catalog' | 'graph') =>
  fault(
    'catalog.baseMissing',
    `The ${kind === 'graph' ? 'base' : 'catalog'} ${base} did not come, so nothing could be made of it.`,
    `Retry it together with the ${kind === 'graph' ? 'base' : 'catalog'}.`,
    { about: [base] },
  );

/** Faults of the laptop's own disk: the next image would fare no better. */
export function stops(error: unknown): boolean {
  const code = (error as { fault?: { code?: string } }).fault?.code ?? '';
  return ['store.full', 'store.unplugged', 'store.readOnly', 'store.busy'].includes(code);
}
