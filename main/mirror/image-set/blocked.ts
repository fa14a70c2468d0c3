import { countText } from '../../../shared/rules/amount-text.ts';
import { compileRegexp } from '../../../shared/rules/kernel-mapping.ts';
import type { Resolution } from '../types.ts';

/**
 * Leaves out the images whose name matches one of the patterns (Go RE2, found anywhere unless anchored, as oc-mirror does). What was
 * left out, and patterns that match nothing, are warnings.
 */
export function withoutBlocked<T extends Omit<Resolution, 'set'>>(found: T, patterns: readonly string[]): T {
  if (patterns.length === 0) return found;
  const counts = patterns.map(() => 0);
  const compiled = patterns.map((pattern, index) => compileRegexp(pattern, `blocked.${index}`));
  const images = found.images.filter(({ name }) => {
    const hits = compiled.map((regexp) => regexp.matcher(name).find());
    for (const [index, hit] of hits.entries()) if (hit) counts[index] = (counts[index] ?? 0) + 1;
    return !hits.includes(true);
  });
  const told = patterns.map((pattern, index) => {
    const count = counts[index] ?? 0;
    return count === 0
      ? `The blocked pattern ${pattern} matches no image.`
      : `${countText(count, 'image')} ${count === 1 ? 'is' : 'are'} left out by the blocked pattern ${pattern}.`;
  });
  return { ...found, images, warnings: [...found.warnings, ...told] };
}
