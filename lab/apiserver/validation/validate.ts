import type { FieldFault } from '../errors.ts';
import type { Schema } from '../kind-schema.ts';
import { isRecord, same } from '../same.ts';
import { checkNumber } from './numbers.ts';
import { checkRules, type Rule } from './rules.ts';
import { checkString } from './strings.ts';

/** A fault at `path`; the words are those of apiextensions-apiserver and kube-openapi. */
export const faultAt = (path: string, reason: string, message: string): FieldFault => ({
  field: path || '<nil>',
  reason,
  message,
});

/** A value as field.Error prints it. */
export const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : JSON.stringify(value);

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function checkType(value: unknown, schema: Schema, path: string): FieldFault | undefined {
  const type = typeOf(value);
  if (schema['x-kubernetes-int-or-string']) {
    if (type === 'integer' || type === 'string') return undefined;
    return faultAt(
      path,
      'FieldValueTypeInvalid',
      `Invalid value: ${shown(type)}: ${path} in body must be of type integer,string: ${shown(type)}`,
    );
  }
  const wanted = schema.type;
  if (!wanted || wanted === type || (wanted === 'number' && type === 'integer')) return undefined;
  if (type === 'null' && schema.nullable) return undefined;
  return faultAt(
    path,
    'FieldValueTypeInvalid',
    `Invalid value: ${shown(type)}: ${path} in body must be of type ${wanted}: ${shown(type)}`,
  );
}

function checkEnum(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (!schema.enum || schema.enum.some((one) => same(one, value))) return [];
  const values = schema.enum.map((one) => JSON.stringify(one)).join(', ');
  return [faultAt(path, 'FieldValueNotSupported', `Unsupported value: ${shown(value)}: supported values: ${values}`)];
}

function checkList(list: readonly unknown[], schema: Schema, previous: unknown, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && list.length < minItems) {
    const text = `${path} in body should have at least ${minItems} items`;
    faults.push(faultAt(path, 'FieldValueInvalid', `Invalid value: ${list.length}: ${text}`));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    faults.push(faultAt(path, 'FieldValueTooMany', `Too many: ${list.length}: must have at most ${maxItems} items`));
  }
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] === 'set' || schema['x-kubernetes-list-type'] === 'map' || schema.uniqueItems) {
    const seen = new Set<string>();
    list.forEach((item, at) => {
      const id = keys && isRecord(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
      const text = JSON.stringify(id);
      if (seen.has(text)) faults.push(faultAt(`${path}[${at}]`, 'FieldValueDuplicate', `Duplicate value: ${text}`));
      seen.add(text);
    });
  }
  if (items) {
    const whole = keys ? list.map((item, at) => ({ item, at })).filter(({ item }) => !isRecord(item)) : [];
    const before = Array.isArray(previous) ? previous : [];
    list.forEach((item, at) => {
      faults.push(...validate(item, items, before[at], `${path}[${at}]`));
    });
    for (const { item, at } of whole) {
      const text = `Invalid value: ${shown(item)}: must be an object for an array of list-type map`;
      faults.push(faultAt(`${path}[${at}]`, 'FieldValueInvalid', text));
    }
  }
  return faults;
}

function checkMap(value: Record<string, unknown>, schema: Schema, previous: unknown, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const before = isRecord(previous) ? previous : {};
  const inside = (key: string) => (path ? `${path}.${key}` : key);
  const { properties, additionalProperties: more, required, minProperties, maxProperties } = schema;
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) {
    const text = `${path} in body should have at least ${minProperties} properties`;
    faults.push(faultAt(path, 'FieldValueInvalid', `Invalid value: ${count}: ${text}`));
  }
  if (maxProperties !== undefined && count > maxProperties) {
    faults.push(faultAt(path, 'FieldValueTooMany', `Too many: ${count}: must have at most ${maxProperties} items`));
  }
  for (const key of required ?? []) {
    if (value[key] === undefined) faults.push(faultAt(inside(key), 'FieldValueRequired', 'Required value'));
  }
  for (const key of Object.keys(value)) {
    const inner = properties?.[key] ?? (typeof more === 'object' ? more : undefined);
    if (inner && value[key] !== undefined) faults.push(...validate(value[key], inner, before[key], inside(key)));
  }
  if (schema['x-kubernetes-embedded-resource']) {
    for (const key of ['apiVersion', 'kind']) {
      if (!value[key]) faults.push(faultAt(inside(key), 'FieldValueRequired', 'Required value: must not be empty'));
    }
  }
  return faults;
}

/** anyOf, oneOf, allOf and not: value rules only, as structural schemas allow. */
function checkLogic(value: unknown, schema: Schema, path: string): FieldFault[] {
  const holds = (one: Schema) => validate(value, one, undefined, path).length === 0;
  const name = JSON.stringify(path);
  const fault = (text: string) => [faultAt('', 'FieldValueInvalid', `Invalid value: "": ${name} ${text}`)];
  const faults: FieldFault[] = [];
  if (schema.anyOf && !schema['x-kubernetes-int-or-string'] && !schema.anyOf.some(holds)) {
    faults.push(...fault('must validate at least one schema (anyOf)'));
    for (const one of schema.anyOf.slice(0, 1)) faults.push(...validate(value, one, undefined, path));
  }
  if (schema.oneOf) {
    const count = schema.oneOf.filter(holds).length;
    const found = count === 0 ? 'none valid' : `${count} valid alternatives`;
    if (count !== 1) faults.push(...fault(`must validate one and only one schema (oneOf). Found ${found}`));
  }
  if (schema.allOf && !schema['x-kubernetes-int-or-string'] && !schema.allOf.every(holds)) {
    faults.push(...fault('must validate all the schemas (allOf)'));
    for (const one of schema.allOf) faults.push(...validate(value, one, undefined, path));
  }
  if (schema.not && holds(schema.not)) faults.push(...fault('must not validate the schema (not)'));
  return faults;
}

/**
 * Faults of a value against its schema. What is as it was in `previous` passes, as the real server's ratcheting has
 * it: an object that was valid once can still be edited elsewhere.
 */
export function validate(value: unknown, schema: Schema, previous: unknown, path: string): FieldFault[] {
  if (previous !== undefined && value === previous) return [];
  const wrong = checkType(value, schema, path);
  let faults: FieldFault[];
  if (wrong) {
    faults = [wrong];
    if (schema.type === 'integer' && typeof value === 'number') {
      const text = `Checked value must be of type integer (default format) in ${path}`;
      faults.push(faultAt('', 'FieldValueInvalid', `Invalid value: "": ${text}`));
    }
  } else if (value === null) return [];
  else {
    faults = checkEnum(value, schema, path);
    if (Array.isArray(value)) faults.push(...checkList(value, schema, previous, path));
    else if (isRecord(value)) faults.push(...checkMap(value, schema, previous, path));
    else if (typeof value === 'string') faults.push(...checkString(value, schema, path));
    else if (typeof value === 'number') faults.push(...checkNumber(value, schema, path));
    const rules = schema['x-kubernetes-validations'] as readonly Rule[] | undefined;
    // Rules see only values that are otherwise sound, as on the real server.
    if (rules && faults.length === 0) faults.push(...checkRules(value, rules, path));
    if (schema.anyOf || schema.oneOf || schema.allOf || schema.not) faults.push(...checkLogic(value, schema, path));
  }
  return faults.length > 0 && previous !== undefined && same(value, previous) ? [] : faults;
}
