import type { PlanImage } from '../../../shared/contract/mirror.ts';

/** How a plan's images add up, and what travels beside them: the same numbers stand at the set, in runs, in the store and in bundles. */
export function planSentence(images: readonly Pick<PlanImage, 'madeOf' | 'fault'>[], files: number): string {
  const failed = images.filter(({ fault }) => fault).length;
  const made = images.filter(({ madeOf }) => madeOf !== undefined).length;
  const parts = [
    `${images.length - failed - made} to fetch or here already`,
    ...(made > 0 ? [`${made} made here of those`] : []),
    ...(failed > 0 ? [`${failed} that cannot be had`] : []),
  ];
  const sum = `${images.length} ${images.length === 1 ? 'image' : 'images'}: ${parts.join(', ')}.`;
  if (files === 0) return sum;
  const beside =
    files === 1 ? 'The file of the set (such as a signature)' : `The ${files} files of the set (such as signatures)`;
  return `${sum} ${beside} travel${files === 1 ? 's' : ''} beside them: one row more in a bundle’s run.`;
}
