import type { z } from 'zod';
import type { ChartSet } from '../../../shared/contract/image-set.ts';
import { parseReference } from '../../images/reference.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { pin, wanted } from '../image-set/pin.ts';
import { readChart } from './chart-archive.ts';
import { imagesOfChart } from './images-of-chart.ts';
import { findChart } from './repository.ts';

type Chart = z.output<typeof ChartSet>;

/** The images that charts name. A chart that can't be had, or an image that is not there, is a gap. */
export async function resolveCharts(charts: readonly Chart[], effects: ResolveEffects, basket: Basket): Promise<void> {
  for (const chart of charts) {
    const name = chart.name || chart.repository;
    await basket.part(name, async () => {
      effects.onStep?.(`the chart ${name}`);
      const local = { place: chart.repository, version: '', sha256: '' };
      const files = await readChart(chart.name ? await findChart(chart, effects) : local, effects);
      const { images, warnings } = await imagesOfChart(files, chart.paths, effects);
      for (const warning of warnings) basket.warn(`${name}: ${warning}`);
      await Promise.all(
        images.map((image) =>
          basket.part(image, async () => {
            const reference = parseReference(image);
            const pinned = await pin(reference, effects);
            basket.add(wanted(pinned, reference, { category: 'chart', neededBy: [name], facts: { chart: name } }));
          }),
        ),
      );
    });
  }
}
