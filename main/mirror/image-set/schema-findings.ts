import type { z } from 'zod';
import { nearest } from '../../../shared/rules/nearest.ts';
import type { Path, Say } from './set-text.ts';

/** Checks a value against a zod schema of strict objects; unknown names come with the nearest valid one. */
export function checkShape<T extends z.ZodType>(schema: T, value: unknown, say: Say): z.output<T> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A field that was misspelt is not missing, too.
  const meant = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...issue.path, nearest(key, keysAt(schema, issue.path as Path)) ?? ''].join('.'))
        : [],
    ),
  );
  for (const issue of issues) {
    const path = issue.path as Path;
    if (issue.code !== 'unrecognized_keys' && meant.has(path.join('.')) && valueAt(value, path) === undefined) continue;
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      for (const key of issue.keys) sayUnknown(key, known, [...path, key], say);
    } else if (issue.code === 'invalid_value') {
      const values = issue.values.map(String);
      const given = valueAt(value, path);
      const meant = nearest(String(given), values) ?? values[0];
      if (given === undefined) say('error', path, `${name(path)} is missing.`, `Add ${name(path)}: ${meant}.`);
      else if (given === null) say('error', path, `${name(path)} is empty.`, `Write ${meant}.`);
      else say('error', path, `"${String(given)}" is none of ${values.join(', ')}.`, `Write ${meant}.`);
    } else if (issue.code === 'invalid_type') {
      const given = valueAt(value, path);
      const what = words(issue.expected);
      // A list whose entries are maps is often written as a list of names.
      const first =
        typeof path.at(-1) === 'number' && issue.expected === 'object' ? keysAt(schema, path)[0] : undefined;
      const here = first === undefined ? `Write ${what} here.` : `Write \`- ${first}: …\`.`;
      if (given === undefined) say('error', path, `${name(path)} is missing.`, `Add ${name(path)}.`);
      else if (given === null)
        say('error', path, `${subject(path)} is empty.`, `${here.slice(0, -1)}, or take it away.`);
      else say('error', path, `${subject(path)} must be ${what}.`, here);
    } else if (issue.code === 'invalid_format') {
      say('error', path, `"${String(valueAt(value, path))}" does not fit here.`, `Use ${issue.message}.`);
    } else if (issue.code === 'too_small') {
      const remedy =
        issue.origin === 'string' ? `Write ${words('string')}.` : 'Write at least one, or take the field away.';
      say('error', path, `${subject(path)} is empty.`, remedy);
    } else {
      say('error', path, `${name(path)}: ${issue.message}.`, 'Correct this field.');
    }
  }
  return undefined;
}

function sayUnknown(key: string, known: readonly string[], path: Path, say: Say): void {
  const meant = nearest(key, known);
  const remedy = meant ? `Did you mean ${meant}?` : `Take it away. Known here: ${known.join(', ')}.`;
  say('error', path, `There is no field "${key}" here.`, remedy);
}

const name = (path: Path): string =>
  path.length === 0 ? 'The text' : String(path.findLast((part) => typeof part === 'string'));

/** What a sentence is about: a field by its name, an entry as one of its list. */
const subject = (path: Path): string =>
  typeof path.at(-1) === 'number' ? `Entry ${Number(path.at(-1)) + 1} of ${name(path)}` : name(path);

const spoken: Record<string, string> = {
  string: 'a text (in quotes when it looks like a number)',
  array: 'a list',
  object: 'a map of fields',
  boolean: 'true or false',
};
const words = (expected: string): string => spoken[expected] ?? `a ${expected}`;

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | null | undefined)?.[key], value);
}

interface Definition {
  innerType?: z.ZodType;
  /** What a transformation takes in. */
  in?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

/** The names an object at this place of the schema may have. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: z.ZodType | undefined = schema;
  for (const key of path) {
    const { shape, element } = open(at);
    at = typeof key === 'number' ? element : shape?.[key];
  }
  return Object.keys(open(at).shape ?? {});
}

function open(schema: z.ZodType | undefined): Definition {
  let definition = (schema?.def ?? {}) as Definition;
  for (let next = definition.innerType ?? definition.in; next; next = definition.innerType ?? definition.in)
    definition = next.def as Definition;
  return definition;
}
