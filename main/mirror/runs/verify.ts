import { type FaultError, fault } from '../../../shared/fault.ts';
import { needsOf, noNeeds } from '../../images/content/needs.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import { imagesOf } from '../content/images.ts';
import type { MirrorImage } from '../types.ts';
import type { RunWorker } from './runner.ts';

/** Hashes every blob at rest. Its rows are the images; those that need a blob that is damaged, or not here, fail and name it. */
export function createVerifyWorker({ content }: { content: () => Promise<ContentStore> }): RunWorker {
  return {
    title: () => 'Verification of the store',
    async plan() {
      return { items: imagesOf(await content()).map(({ name }) => ({ name })) };
    },
    async work(items, report) {
      const store = await content();
      report.total(store.usage().bytes);
      // Read before anything is set aside: afterwards a damaged manifest could not tell what it named.
      const found = new Map<number, Found>();
      const images = new Map(imagesOf(store).map((image) => [image.name, image]));
      for (const { seq, name } of items) {
        const image = images.get(name);
        if (image) found.set(seq, await foundOf(store, image));
      }
      const damaged = new Set<Digest>(await store.verify((_digest, bytes) => report.moved(bytes), report.signal));
      let failed = 0;
      for (const { seq } of items) {
        const { here, missing, fault: unread } = found.get(seq) ?? { here: [], missing: [] };
        const bad = here.filter((digest) => damaged.has(digest));
        const wrong = bad.length > 0 || missing.length > 0 ? incomplete(bad, missing) : unread;
        if (wrong) report.failed(seq, wrong);
        else report.done(seq);
        if (wrong) failed += 1;
      }
      if (damaged.size > 0)
        return `${damaged.size === 1 ? '1 blob is damaged and was' : `${damaged.size} blobs are damaged and were`} set aside; pull the image sets again to bring back what is lost.`;
      if (failed > 0)
        return `What is here is sound, but ${failed} ${failed === 1 ? 'image is' : 'images are'} not whole; pull the image sets again.`;
      return 'Every blob is sound.';
    },
  };
}

/** What an image needs: digests that are here, those that are not, and the fault of a manifest that can't be read. */
interface Found {
  here: Digest[];
  missing: Digest[];
  fault?: unknown;
}

async function foundOf(store: ContentStore, image: MirrorImage): Promise<Found> {
  const needs = noNeeds();
  try {
    await needsOf(store, [image, ...image.attached], needs, { leftOut: image.omitted });
    return { here: [...needs.here.keys()], missing: [...needs.missing.keys()] };
  } catch (error) {
    // Its bytes may be the reason, which the hash tells; else these words do.
    return { here: [...needs.here.keys()], missing: [...needs.missing.keys()], fault: error };
  }
}

function incomplete(bad: readonly Digest[], missing: readonly Digest[]): FaultError {
  const blobs = (count: number) => (count === 1 ? '1 of its blobs is' : `${count} of its blobs are`);
  const said = [
    ...(bad.length > 0 ? [`${blobs(bad.length)} damaged`] : []),
    ...(missing.length > 0 ? [`${blobs(missing.length)} not in the store`] : []),
  ];
  return fault('store.damaged', `${said.join(', ')}.`, 'Pull its image set again: only these come.', {
    about: [...bad, ...missing],
  });
}
