import { fault } from '../../shared/fault.ts';
import type { ContentStore } from '../images/types.ts';
import { imagesOf } from './images.ts';
import type { RunWorker } from './runner.ts';
import type { MirrorImage } from './types.ts';

/** Hashes every blob at rest. Its rows are the images; those that need a damaged blob fail and name it. */
export function createVerifyWorker(deps: {
  content: () => Promise<ContentStore>;
  /** Digests an image needs. */
  needs: (store: ContentStore, image: MirrorImage) => Promise<readonly string[]>;
}): RunWorker {
  const { content, needs } = deps;
  return {
    title: () => 'Verification of the store',
    async plan() {
      return { items: imagesOf(await content()).map(({ name }) => ({ name })) };
    },
    async work(items, report) {
      const store = await content();
      report.total(store.usage().bytes);
      // Read before anything is set aside: afterwards a damaged manifest could not tell what it named.
      const needed = new Map<number, readonly string[]>();
      const images = new Map(imagesOf(store).map((image) => [image.name, image]));
      for (const { seq, name } of items) {
        const image = images.get(name);
        // One that cannot even be read any more needs at least its manifest.
        if (image) needed.set(seq, await needs(store, image).catch(() => [image.digest]));
      }
      const damaged = new Set<string>(await store.verify((_digest, bytes) => report.moved(bytes), report.signal));
      for (const { seq } of items) {
        const bad = (needed.get(seq) ?? []).filter((digest) => damaged.has(digest));
        if (bad.length === 0) report.done(seq);
        else {
          report.failed(
            seq,
            fault(
              'store.damaged',
              `${bad.length === 1 ? 'One of its blobs is' : `${bad.length} of its blobs are`} damaged.`,
              'Pull its image set again: only these come.',
              {
                about: bad,
              },
            ),
          );
        }
      }
      return damaged.size === 0
        ? `Every blob is sound.`
        : `${damaged.size === 1 ? '1 blob is damaged and was' : `${damaged.size} blobs are damaged and were`} set aside; pull the image sets again to bring back what is lost.`;
    },
  };
}
