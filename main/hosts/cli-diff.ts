import type { ObjectDiff } from '../../shared/contract/common.ts';
import { cleanLines } from './cli-text.ts';

/** Unchanged lines shown around a change. */
const context = 3;

/** What would change in one object, in the way of `diff -u`; refusals and conflicts in words. */
export function objectDiff({ kind, namespace, name, change, before, after, conflicts, refusal }: ObjectDiff): string {
  const title = `${change} ${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  const owners = conflicts.map(({ manager, field }) => `  conflict: ${manager} owns ${field}`);
  const body = change === 'none' ? [] : lineDiff(split(before), split(after)).map((line) => `  ${line}`);
  return cleanLines([title, ...(refusal ? [`  refused: ${refusal}`] : []), ...owners, ...body].join('\n'));
}

const split = (text: string) => (text === '' ? [] : text.trimEnd().split('\n'));

/** Lines of both texts with `-`, `+` or a space before them; long unchanged stretches become `…`. */
export function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const common = longestCommon(before, after);
  const all: string[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    if (left < before.length && right < after.length && before[left] === after[right]) {
      all.push(`  ${before[left]}`);
      left += 1;
      right += 1;
    } else if (right >= after.length || (left < before.length && common(left + 1, right) >= common(left, right + 1))) {
      all.push(`- ${before[left]}`);
      left += 1;
    } else {
      all.push(`+ ${after[right]}`);
      right += 1;
    }
  }
  const near = (at: number) => all.slice(Math.max(0, at - context), at + context + 1).some((line) => line[0] !== ' ');
  return all.flatMap((line, at) => (near(at) ? [line] : at > 0 && near(at - 1) ? ['  …'] : []));
}

/** How many lines the rests of both texts have in common, from (left, right) on. */
function longestCommon(before: readonly string[], after: readonly string[]): (left: number, right: number) => number {
  const width = after.length + 1;
  const counts = new Uint32Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      counts[left * width + right] =
        before[left] === after[right]
          ? counts[(left + 1) * width + right + 1]! + 1
          : Math.max(counts[(left + 1) * width + right]!, counts[left * width + right + 1]!);
    }
  }
  return (left, right) => counts[left * width + right] ?? 0;
}
