import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { StoreImage } from '../../../shared/contract/mirror.ts';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import { bytesText, countText } from '../../../shared/rules/amount-text.ts';
import { needsOf } from '../../images/content/needs.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import type { ImageSets } from '../../store/image-sets.ts';
import type { MirrorEvents } from '../../store/mirror-events.ts';
import type { Runs } from '../../store/runs.ts';
import type { MirrorImage } from '../types.ts';
import type { Content } from './content.ts';
import { imagesOf } from './images.ts';
import { unwanted } from './unwanted.ts';

type StoreCall = 'mirror.store' | 'mirror.images' | 'mirror.prune';

/** What lies on this laptop, image by image, and what could go. */
export function createStorePart(deps: {
  content: Content;
  sets: ImageSets;
  runs: Runs;
  events: MirrorEvents;
  clock: Clock;
  emit: Emit;
  busy: () => boolean;
}): {
  handlers: Pick<Handlers, StoreCall>;
  /** Names of images in the store; none when there is no store yet, or it can't be opened: image sets can be worked on without. */
  names(): Promise<ReadonlySet<string>>;
} {
  const { content, sets, runs, events, clock, emit, busy } = deps;
  /** Sizes by image and root digest: walking 600 images at every look would be felt. */
  const walked = new Map<string, Map<Digest, number>>();

  async function sizesOf(store: ContentStore, image: MirrorImage): Promise<Map<Digest, number>> {
    const { name, digest, attached } = image;
    const key = [name, digest, ...attached.map((each) => each.digest)].join(' ');
    let sizes = walked.get(key);
    if (!sizes) {
      // One that is damaged is listed with what is known of it: its verification tells the rest.
      const needs = await needsOf(store, [image, ...attached], undefined, { leftOut: image.omitted }).catch(
        () => undefined,
      );
      if (!needs) return new Map([[digest, store.size(digest) ?? 0]]);
      sizes = new Map([...needs.here, ...[...needs.missing].map(([each, { size }]) => [each, size] as const)]);
    }
    // The last looked at stand last, so that what is gone can be let go.
    walked.delete(key);
    walked.set(key, sizes);
    return sizes;
  }

  async function rows(): Promise<StoreImage[]> {
    if (!content.exists()) return [];
    const store = await content.open();
    const images = imagesOf(store);
    const needs: Map<Digest, number>[] = [];
    for (const image of images) needs.push(await sizesOf(store, image));
    for (const key of walked.keys()) {
      if (walked.size <= images.length) break;
      walked.delete(key);
    }
    const users = new Map<Digest, number>();
    for (const sizes of needs) for (const digest of sizes.keys()) users.set(digest, (users.get(digest) ?? 0) + 1);
    return images.map(({ name, digest, category, sets: of, pulledAt }, at) => {
      const sizes = [...(needs[at] ?? [])];
      const sum = (list: [Digest, number][]) => list.reduce((total, [, size]) => total + size, 0);
      const own = sizes.filter(([each]) => users.get(each) === 1);
      return { name, digest, category, sets: of, bytes: sum(sizes), ownBytes: sum(own), pulledAt };
    });
  }

  return {
    async names() {
      if (!content.exists()) return new Set();
      const store = await content.open().catch(() => undefined);
      return new Set(store?.roots().map(({ name }) => name));
    },
    handlers: {
      async 'mirror.store'() {
        const store = await content.open();
        const { blobs, bytes, partialBytes } = store.usage();
        const { freeBytes, totalBytes } = store.space();
        const last = runs.lastVerified();
        return {
          ...{ path: content.path, blobs, bytes, partialBytes, freeBytes, totalBytes },
          images: imagesOf(store).length,
          // What came again since then is whole.
          damaged: (last?.damaged ?? []).filter((digest) => !store.has(digest as Digest)),
          ...(last && { verifiedAt: last.at }),
        };
      },
      async 'mirror.images'({ search, set, offset, limit }) {
        const found = (await rows()).filter(
          ({ name, sets: of }) => name.includes(search) && (set === '' || of.includes(set)),
        );
        return { total: found.length, rows: found.slice(offset, offset + limit) };
      },
      async 'mirror.prune'({ names, dryRun }) {
        if (busy()) {
          throw fault(
            'store.inUse',
            'A run reads or writes the store now.',
            'Wait for its end, or pause it; then prune.',
            { field: 'dryRun' },
          );
        }
        const store = await content.open();
        const roots = store.roots();
        const unknown = names.filter((name) => !roots.some((root) => root.name === name));
        if (unknown.length > 0) {
          throw fault('store.notFound', `${unknown[0]} is not in the store.`, 'See the list: `cli mirror images`.', {
            field: 'names',
            about: unknown,
          });
        }
        const going = names.length > 0 ? [...names] : unwanted(store, sets, runs);
        const result = await store.prune(dryRun, going);
        if (!dryRun) {
          const sentence = `${countText(result.digests.length, 'blob')} pruned, ${bytesText(result.bytes)} free again.`;
          events.add({ at: isoSeconds(clock.now()), what: 'prune', place: content.path, sentence });
          emit('mirror.changed', { what: 'store', id: '' });
        }
        return { dryRun, images: going, blobs: result.digests.length, bytes: result.bytes };
      },
    },
  };
}
