import { needsOf } from '../../images/content/needs.ts';
import type { ContentStore } from '../../images/types.ts';
import type { RunItem } from '../../store/runs.ts';
import { imagesOf } from '../content/images.ts';
import type { RunReport } from './run-reporter.ts';

/**
 * Tells a run what images consist of that lie in the store: One that can't be read is left out: its
 * own turn tells why.
 */
export async function tellSizes(
  store: ContentStore,
  report: Pick<RunReport, 'sized' | 'signal'>,
  items: readonly RunItem[],
): Promise<void> {
  if (items.length === 0) return;
  const images = new Map(imagesOf(store).map((image) => [image.name, image]));
  const found: [number, ReadonlyMap<string, number>][] = [];
  for (const { seq, name } of items) {
    report.signal.throwIfAborted();
    const image = images.get(name);
    const needs = image && (await needsOf(store, [image, ...image.attached]).catch(() => undefined));
    if (needs) found.push([seq, needs.here]);
  }
  // In one go: nobody shall see a total that grows.
  for (const [seq, sizes] of found) report.sized(seq, sizes);
}
