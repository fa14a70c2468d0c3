import { nearest } from '../../shared/rules/nearest.ts';
import type { Path, Say } from './lint-text.ts';

/** The part of OpenAPI v3 that CustomResourceDefinitions use (structural schemas). */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  format?: string;
  nullable?: boolean;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  allOf?: Schema[];
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** How a value's type is called in a schema. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return value === null ? 'null' : typeof value;
}

const fits = (type: string, value: unknown): boolean =>
  typeOf(value) === type || (type === 'number' && typeof value === 'number');

/**
 * Checks a value against a structural schema as the API server does, unknown fields included: the server drops those
 * silently, so a misspelt field would simply not be there. A null where none is allowed is dropped too, and no finding.
 */
export function checkSchema(value: unknown, schema: Schema, path: Path, say: Say): void {
  if (value === null || value === undefined) return;
  if (schema['x-kubernetes-int-or-string']) {
    if (typeOf(value) !== 'integer' && typeof value !== 'string')
      wrongType(value, 'a whole number or a text', path, say);
    return;
  }
  if (schema.type !== undefined && !fits(schema.type, value)) {
    wrongType(value, words[schema.type] ?? schema.type, path, say);
    return;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    const known = schema.enum.map(String);
    const meant = typeof value === 'string' ? nearest(value, known) : undefined;
    say(
      'error',
      'schema.enum',
      path,
      `"${String(value)}" is not one of ${known.join(', ')}.`,
      `Write ${meant ?? known[0]}.`,
    );
  }
  if (typeof value === 'string') checkText(value, schema, path, say);
  else if (typeof value === 'number') checkNumber(value, schema, path, say);
  else if (Array.isArray(value)) checkList(value, schema, path, say);
  else if (typeof value === 'object') checkMap(value as Record<string, unknown>, schema, path, say);
}

const words: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
};

function wrongType(value: unknown, wanted: string, path: Path, say: Say): void {
  const is = words[typeOf(value)] ?? typeOf(value);
  const quote = wanted === 'a text' && typeof value !== 'object' ? ' Put it in quotes.' : '';
  say('error', 'schema.type', path, `This must be ${wanted}, not ${is}.`, `Write ${wanted} here.${quote}`);
}

function checkText(value: string, schema: Schema, path: Path, say: Say): void {
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minLength || value.length > maxLength) {
    say(
      'error',
      'schema.length',
      path,
      `This text must have ${minLength} to ${maxLength} characters.`,
      'Change its length.',
    );
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    say('error', 'schema.pattern', path, `"${value}" does not have the form ${pattern}.`, 'Write it in this form.');
  }
}

function checkNumber(value: number, schema: Schema, path: Path, say: Say): void {
  const whole = schema.format === 'int32' ? 2 ** 31 : Number.POSITIVE_INFINITY;
  const { minimum = -whole, maximum = whole - 1 } = schema;
  if (value < minimum || value > maximum) {
    say('error', 'schema.range', path, `${value} is out of range.`, `Write a number from ${minimum} to ${maximum}.`);
  }
}

function checkList(value: unknown[], schema: Schema, path: Path, say: Say): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (value.length < minItems) {
    say(
      'error',
      'schema.minItems',
      path,
      `This list needs at least ${minItems === 1 ? 'one entry' : `${minItems} entries`}.`,
      'Add one, or leave the field out.',
    );
  }
  if (value.length > maxItems) {
    say('error', 'schema.maxItems', path, `This list has more than ${maxItems} entries.`, 'Shorten it.');
  }
  if (items) for (const [index, each] of value.entries()) checkSchema(each, items, [...path, index], say);
}

function checkMap(value: Record<string, unknown>, schema: Schema, path: Path, say: Say): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required) {
    if (value[name] === undefined || value[name] === null) {
      say('error', 'schema.required', path, `The field ${name} is missing.`, `Add ${name}.`);
    }
  }
  // A schema that says nothing of its fields takes any.
  const open = schema['x-kubernetes-preserve-unknown-fields'] || additionalProperties === true;
  for (const [name, each] of Object.entries(value)) {
    const known = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (known) checkSchema(each, known, [...path, name], say);
    else if (!open && (schema.properties || additionalProperties === false))
      unknown(name, Object.keys(properties), [...path, name], say);
  }
}

function unknown(name: string, known: readonly string[], path: Path, say: Say): void {
  const meant = nearest(name, known);
  say(
    'error',
    'schema.unknown',
    path,
    `This hub's KMM knows no field ${name} here and would drop it silently.`,
    meant ? `Did you mean ${meant}?` : `Remove it. Known fields: ${known.slice(0, 12).join(', ')}.`,
  );
}
