import { parseReference } from '../../images/reference.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import type { ChartFiles } from './chart-archive.ts';
import { documentsOf, imagesIn } from './documents.ts';
import { guessImages } from './guess-images.ts';
import { textsAt } from './json-path.ts';

export interface ChartImages {
  /** Sorted, each once; all can be read as references. */
  images: string[];
  warnings: string[];
}

/**
 * The images that a chart with its own values names: rendered by helm where there is one, else guessed from values and templates, with a
 * warning. Faults: chart.path, chart.render.
 */
export async function imagesOfChart(
  { files, source }: ChartFiles,
  paths: readonly string[],
  { renderChart, signal }: ResolveEffects,
): Promise<ChartImages> {
  const rendered = await renderChart?.(source, signal);
  const warnings: string[] = [];
  let found: string[];
  if (rendered === undefined) {
    const guessed = guessImages(files, paths);
    found = guessed.images;
    warnings.push(
      'its images are read from values and templates because there is no helm here; the list may be incomplete.',
    );
    if (guessed.unclear.length > 0) warnings.push(`not understood: ${guessed.unclear.slice(0, 10).join(', ')}.`);
  } else {
    const values = documentsOf(rendered);
    found = [...values.flatMap(imagesIn), ...paths.flatMap((path) => values.flatMap((value) => textsAt(value, path)))];
  }
  const images = [...new Set(found)].sort().filter((image) => {
    if (isReference(image)) return true;
    warnings.push(`"${image}" is no image reference and is passed over.`);
    return false;
  });
  if (images.length === 0) warnings.push('no image was found in it.');
  return { images, warnings };
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
