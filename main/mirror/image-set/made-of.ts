import { fault } from '../../../shared/fault.ts';
import { parseReference, repositoryOf } from '../../images/reference.ts';
import type { Resolution } from '../types.ts';

/** What is to be made here of an image that is pulled: `base` is that image's name, `name` its own. */
interface Made {
  name: string;
  base: string;
}

/**
 * Bases by the names under which the set's images have them: one that is wanted under another tag, too, is pulled once, by one of its
 * names. What is to be made of a base that was left out (blocked, or its place is taken) becomes a gap (fault set.baseLeftOut).
 */
export function madeOf<T extends Made>(
  wanted: readonly T[],
  { images }: Pick<Resolution, 'images'>,
): { made: T[]; gaps: Resolution['gaps'] } {
  const names = new Map(images.map(({ name }) => [bytesOf(name), name]));
  const made: T[] = [];
  const gaps: Resolution['gaps'] = [];
  for (const each of wanted) {
    const base = names.get(bytesOf(each.base));
    if (base !== undefined) made.push({ ...each, base });
    else {
      const { code, message, remedy, field } = leftOut(each).fault;
      gaps.push({ name: each.name, fault: { code, message, remedy, field } });
    }
  }
  return { made, gaps };
}

function bytesOf(name: string): string {
  const reference = parseReference(name);
  return reference.digest ? `${repositoryOf(reference)}@${reference.digest}` : name;
}

const leftOut = ({ base }: Made) =>
  fault(
    'set.baseLeftOut',
    `${base} is left out of the set, so nothing can be made of it.`,
    'Let it pass the blocked patterns, or take what is made of it out of the set.',
    { field: 'blocked' },
  );
