/** A step of a path as client-go's jsonpath knows it. */
type Step =
  | { field: string }
  | { index: number }
  | { wildcard: true }
  | { path: Step[]; operator: string; value: string | number | boolean };

/** A path that client-go's parser would refuse, with its words. */
export class PathError extends Error {}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function literal(text: string): string | number | boolean | undefined {
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `name` as Go prints a rune: U+0026 '&'. */
const rune = (char: string) => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${char}'`;

function filter(inner: string): Step {
  const found = /^@((?:\.[\w-]+|\['[^']*'\])*)\s*(==|!=|<=|>=|<|>)\s*("[^"]*"|'[^']*'|[\w.-]+)/.exec(inner);
  const value = found ? literal(found[3]!) : undefined;
  if (!found || value === undefined) throw new PathError(`unterminated filter`);
  const rest = inner.slice(found[0].length).trimStart();
  if (rest) throw new PathError(`unrecognized character in action: ${rune(rest[0]!)}`);
  return { path: parsePath(found[1]!), operator: found[2]!, value };
}

/**
 * Parses what the work agent takes as a feedback path: `.a.b`, `[0]`, `['a.b']`, `[*]`, `[?(@.x=="y")]`. Anything else
 * is a PathError, as in client-go (no `&&` in filters).
 */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  while (rest) {
    let found = take(/^\.([^.[\]\s{}@&|]+)/);
    if (found) {
      steps.push({ field: found[1]!.replaceAll('\\', '') });
      continue;
    }
    found = take(/^\[(-?\d+)\]/);
    if (found) {
      steps.push({ index: Number(found[1]) });
      continue;
    }
    found = take(/^\['([^']*)'\]/);
    if (found) {
      steps.push({ field: found[1]! });
      continue;
    }
    if (take(/^(\[\*\]|\.\*)/)) {
      steps.push({ wildcard: true });
      continue;
    }
    found = take(/^\[\?\((.*?)\)\]/);
    if (found) {
      steps.push(filter(found[1]!.trim()));
      continue;
    }
    const word = /^[A-Za-z_]\w*/.exec(rest);
    if (word) throw new PathError(`unrecognized identifier ${word[0]}`);
    throw new PathError(`unrecognized character in action: ${rune(rest[0]!)}`);
  }
  return steps;
}

function compare(left: unknown, operator: string, right: string | number | boolean): boolean {
  if (typeof left !== typeof right) return false;
  const a = left as string | number;
  const b = right as string | number;
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

/** All values at a parsed path; missing keys give none. An index past the end is an error, as in client-go. */
export function findValues(steps: readonly Step[], root: unknown): unknown[] {
  let values: unknown[] = [root];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const value of values) {
      if ('field' in step) {
        if (isRecord(value) && step.field in value) next.push(value[step.field]);
      } else if ('wildcard' in step) {
        next.push(...(Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []));
      } else if (!Array.isArray(value)) {
        if (value !== undefined && value !== null) throw new PathError(`${goType(value)} is not array or slice`);
      } else if ('index' in step) {
        const at = step.index < 0 ? value.length + step.index : step.index;
        if (at >= value.length || at < 0) {
          throw new PathError(`array index out of bounds: index ${at}, length ${value.length}`);
        }
        next.push(value[at]);
      } else {
        next.push(...value.filter((one) => compare(findValues(step.path, one)[0], step.operator, step.value)));
      }
    }
    values = next;
  }
  return values;
}

/** The Go type that a JSON value has in unstructured content. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return 'map[string]interface {}';
}
