import { fault } from '../../../shared/fault.ts';

type Step = string | number | '*';

/**
 * The texts at a path of a value. Of JSONPath (kubernetes.io, kubectl jsonpath) this knows names, `['name']`, `[n]` and `[*]`; braces and
 * a leading `$` may be there or not. Faults: chart.path when it holds anything else.
 */
export function textsAt(value: unknown, path: string): string[] {
  let found: unknown[] = [value];
  for (const step of stepsOf(path)) {
    found = found.flatMap((each) => {
      if (typeof each !== 'object' || each === null) return [];
      if (step === '*') return Object.values(each);
      const next = (each as Record<string | number, unknown>)[step];
      return next === undefined ? [] : [next];
    });
  }
  return found.filter((each): each is string => typeof each === 'string');
}

function stepsOf(path: string): Step[] {
  const inner = path
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^\$/, '');
  const steps: Step[] = [];
  const token = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[['"]([^'"]+)['"]\]|\.?(\*)|\[(\*)\]/y;
  while (token.lastIndex < inner.length) {
    const at = token.lastIndex;
    const match = token.exec(inner);
    if (!match) {
      const remedy = "Write names, [0], [*] and ['name'] only, such as .spec.template.spec.containers[*].image.";
      throw fault('chart.path', `"${path}" can't be followed from its ${at + 1}. sign on.`, remedy, {
        field: 'charts',
      });
    }
    const [, name, index, quoted] = match;
    steps.push(index === undefined ? (name ?? quoted ?? '*') : Number(index));
  }
  return steps;
}
