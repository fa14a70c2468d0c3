import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { createBlobPool } from '../../images/copy/blob-pool.ts';
import { inParallel } from '../../images/copy/in-parallel.ts';
import { sendImage } from '../../images/copy/send-image.ts';
import type { Progress } from '../../images/copy/tally.ts';
import { createTarget, type UploadBook } from '../../images/copy/target.ts';
import type { ContentStore } from '../../images/types.ts';
import type { SiteUploads } from '../../store/site-uploads.ts';
import type { SiteRecord, Sites } from '../../store/sites.ts';
import { imagesOf } from '../content/images.ts';
import { newestOnly } from '../content/superseded.ts';
import { alongText } from '../content/unwanted.ts';
import { blobsAtSite } from '../sites/blobs-at-site.ts';
import { otherPlaces, placeText } from '../sites/places.ts';
import { parseAddress, type Registries, under } from '../sites/registries.ts';
import type { MirrorImage } from '../types.ts';
import { stops } from './pull.ts';
import type { RunWorker } from './runner.ts';
import { tellSizes } from './tell-sizes.ts';

const imagesAtOnce = 6;
/** Bigger blobs go in chunks, so that a cut line loses at most one. */
const usualChunk = 64 * 1024 * 1024;

/** Sends images of the store to a site; each is verified as it lands, and remembered with where it went. */
export function createPushWorker(deps: {
  content: () => Promise<ContentStore>;
  registries: Registries;
  sites: Sites;
  uploads: SiteUploads;
  /** Probes the site where needed; rejects when it can't be reached, gives a warning or ''. */
  ready: (site: string) => Promise<string>;
  /** Names of the store's images that no image set asks for any more. */
  unwanted: () => Promise<string[]>;
  /** Writes down at the site what lies there by now; a warning or ''. */
  record: (site: SiteRecord) => Promise<string>;
  clock: Clock;
  /** Bytes; 64 MiB when left out. */
  chunkBytes?: number | undefined;
}): RunWorker {
  const { content, registries, sites, uploads, ready, unwanted, record, clock, chunkBytes = usualChunk } = deps;
  return {
    title: ({ set, place }) => `Push${set === '' ? '' : ` of ${set}`} to ${sites.get(place)?.name ?? place}`,
    async plan(input) {
      const set = String(input['set'] ?? '');
      const all = imagesOf(await content()).filter(({ sets }) => set === '' || sets.includes(set));
      const images = newestOnly(all);
      if (images.length === 0) {
        throw fault(
          'store.empty',
          set === '' ? 'The store holds no image.' : `The store holds no image of ${set}.`,
          'Pull the image set first, or import a bundle.',
          { field: 'set' },
        );
      }
      refuseCollisions(images);
      return { items: images.map((image) => ({ name: image.name, wanted: { image } })) };
    },
    async work(items, report, input) {
      const site = sites.get(String(input['site']));
      if (!site) throw fault('site.unknown', 'This site is no longer known.', 'Add it again.', { field: 'site' });
      const address = parseAddress(site.address);
      const store = await content();
      await tellSizes(store, report, [...report.had, ...items]);
      const pool = createBlobPool();
      const target = createTarget(registries.of(address.host), {
        uploads: uploadBook(uploads, site, clock),
        remembered: () => blobsAtSite(sites.images(site.id), store),
      });
      // TLS, sign-in and rights are told before the first image, once.
      const warning = await ready(site.id);
      if (warning !== '') report.note(warning);
      const known = new Map(imagesOf(store).map((image) => [image.name, image]));
      /** Sends an image to its target and remembers it; `as` is what it counts as there. */
      const send = async (
        image: MirrorImage,
        as: MirrorImage['category'],
        signal: AbortSignal,
        progress?: Progress,
      ) => {
        const [repository, { tag }] = [under(address, image.target.repository), image.target];
        const put = await sendImage({
          ...{ store, name: image.name, target, repository, tag, pool, chunkBytes, signal },
          ...(progress && { progress }),
        });
        const { digest, omitted } = put;
        const row = { ...image, category: as, omitted };
        sites.putImage(site.id, { repository, tag, digest, image: row, at: isoSeconds(clock.now()) });
        return put;
      };
      await inParallel(
        items,
        imagesAtOnce,
        async (item, signal) => {
          const image = known.get(item.name) ?? (item.wanted as { image: MirrorImage }).image;
          let size = 0;
          try {
            report.begin(item.seq);
            const put = await send(image, image.category, signal, {
              sized({ bytes, sizes }) {
                size = bytes;
                report.sized(item.seq, sizes);
              },
              bytes: (bytes, how, digest) => report.moved(bytes, item.seq, how !== 'moved', digest),
            });
            if (put.note) report.note(put.note);
            // The same bytes at its other places: they are there already, or mounted. One catalog is one CatalogSource, wherever else it lies.
            const elsewhere = image.category === 'catalog' ? 'additional' : image.category;
            for (const target of otherPlaces(image)) await send({ ...image, target }, elsewhere, signal);
            report.done(item.seq, size);
          } catch (error) {
            if (report.signal.aborted || signal.aborted || stops(error)) throw error;
            report.failed(item.seq, error);
          }
        },
        report.signal,
      );
      const along = alongText(
        [...report.had, ...items].map(({ name }) => name),
        await unwanted(),
      );
      if (along !== '') report.note(along);
      const unwritten = await record(site);
      if (unwritten !== '') report.note(unwritten);
      return undefined;
    },
  };
}

/** Registries drop uploads that nobody went on with for about this long, ms. */
const oldestUpload = 7 * 86_400_000;

/** What is cut at this site goes on there and nowhere else. */
function uploadBook(uploads: SiteUploads, { id, address }: SiteRecord, clock: Clock): UploadBook {
  uploads.sweep(isoSeconds(clock.now() - oldestUpload));
  const of = (repository: string, digest: string) => ({ site: id, address, repository, digest });
  return {
    find: (repository, digest) => uploads.get(of(repository, digest)),
    keep: (repository, digest, standing) => uploads.put(of(repository, digest), standing, isoSeconds(clock.now())),
    drop: (repository, digest) => uploads.remove(of(repository, digest)),
  };
}

/** Two images of different registries may share a path; the later would take the tag of the former. */
function refuseCollisions(images: readonly MirrorImage[]): void {
  const places = new Map<string, MirrorImage>();
  for (const image of images) {
    for (const place of [image.target, ...otherPlaces(image)].map(placeText)) {
      const other = places.get(place);
      if (other && other.digest !== image.digest) {
        throw fault(
          'push.collision',
          `${other.name} and ${image.name} would both be ${place} at the site.`,
          'Give one of them a target of its own in the image set, pull it again, then push.',
          { field: 'target', about: [other.name, image.name] },
        );
      }
      places.set(place, image);
    }
  }
}
