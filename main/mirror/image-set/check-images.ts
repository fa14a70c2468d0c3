import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { toFault } from '../../../shared/fault.ts';
import { compileRegexp } from '../../../shared/rules/kernel-mapping.ts';
import { parseReference } from '../../images/reference.ts';
import { placeText } from '../sites/places.ts';
import { checkReference, checkTarget } from './check-reference.ts';
import { doubles } from './check-releases.ts';
import { targetOf } from './pin.ts';
import type { Say } from './set-text.ts';

/** Where an image with a target of its own will lie: a path alone keeps the image's tag. '' for one without, or that can't be read. */
function placeOf({ name, target }: ImageSet['images'][number]): string {
  if (target === '') return '';
  try {
    return placeText(targetOf(parseReference(name), target));
  } catch {
    return '';
  }
}

/** What contradicts itself in `images`, `charts` and `blocked`. */
export function checkImages({ images, charts, blocked }: ImageSet, say: Say): void {
  doubles(
    images.map((image) => image.name),
    ['images'],
    'image',
    say,
    ['name'],
  );
  doubles(images.map(placeOf), ['images'], 'target', say, ['target']);
  for (const [index, { name, target }] of images.entries()) {
    const reference = checkReference(name, ['images', index, 'name'], say);
    checkTarget(target, ['images', index, 'target'], say);
    if (reference && !reference.tag && !reference.digest) {
      say('warning', ['images', index, 'name'], `${name} has no tag: latest is taken.`, 'Name a tag or a digest.');
    }
  }
  for (const [index, chart] of charts.entries()) {
    const remote = /^https?:\/\//i.test(chart.repository);
    const at = ['charts', index];
    if (/^oci:\/\//i.test(chart.repository)) {
      say(
        'error',
        [...at, 'repository'],
        'Charts in OCI registries are not read.',
        'List the chart under images, and what it needs.',
      );
    } else if (remote && !chart.name) {
      say('error', [...at, 'repository'], 'Which chart of the repository?', 'Add name.');
    } else if (!remote && chart.name) {
      say(
        'error',
        [...at, 'name'],
        'A local chart has no name to choose by.',
        'Take name away, or write the repository’s https address.',
      );
    } else if (!remote && chart.version) {
      say('warning', [...at, 'version'], 'A local chart is taken in the version it has.', 'Take version away.');
    }
  }
  for (const [index, pattern] of blocked.entries()) {
    try {
      compileRegexp(pattern, `blocked.${index}`);
    } catch (error) {
      const { message, remedy } = toFault(error);
      say('error', ['blocked', index], message, remedy);
    }
  }
}
