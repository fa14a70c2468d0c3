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
      const given = String(valueAt(value, path) ?? 'nothing');
      const meant = nearest(given, values) ?? values[0];
      say('error', path, `"${given}" is none of ${values.join(', ')}.`, `Write ${meant}.`);
    } else if (issue.code === 'invalid_type') {
      const given = valueAt(value, path);
      if (given === undefined) say('error', path, `${name(path)} is missing.`, `Add ${name(path)}.`);
      else
        say('error', path, `${name(path)} must be ${words(issue.expected)}.`, `Write ${words(issue.expected)} here.`);
    } else if (issue.code === 'invalid_format') {
      say('error', path, `"${String(valueAt(value, path))}" does not fit here.`, `Use ${issue.message}.`);
    } else if (issue.code === 'too_small') {
      say('error', path, `${name(path)} is empty.`, 'Write at least one, or take the field away.');
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
