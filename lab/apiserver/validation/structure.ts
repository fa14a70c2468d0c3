import type { Schema } from '../kind-schema.ts';
import { isRecord } from '../same.ts';

/** Collects the paths of fields that the schema does not know, `spec.foo` or `spec.list[0].foo`. */
export type Unknown = (path: string) => void;

const always = new Set(['apiVersion', 'kind', 'metadata']);
const preserves = (schema: Schema) => schema['x-kubernetes-preserve-unknown-fields'] === true;
/** Whether nothing below can be pruned or defaulted. */
const opaque = (schema: Schema) => !schema.properties && !schema.items && !schema.additionalProperties;

/**
 * The value as its structural schema wants it: unknown fields pruned, nulls of non-nullable fields dropped, defaults
 * filled in. Shares what stays the same; what is shared with `previous` was structured before and is not looked into.
 */
export function structured(
  value: unknown,
  schema: Schema,
  previous: unknown,
  unknown: Unknown | undefined,
  path = '',
  root = true,
): unknown {
  if (value === previous && value !== undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items || opaque(items)) return value;
    const before = Array.isArray(previous) ? previous : [];
    let next: unknown[] | undefined;
    for (let at = 0; at < value.length; at += 1) {
      const item = structured(value[at], items, before[at], unknown, `${path}[${at}]`, false);
      if (item === value[at]) continue;
      next ??= [...value];
      next[at] = item;
    }
    return next ?? value;
  }
  if (!isRecord(value)) return value;
  const { properties, additionalProperties: more } = schema;
  if (!properties && !more && preserves(schema)) return value;
  const before = isRecord(previous) ? previous : {};
  const embedded = root || schema['x-kubernetes-embedded-resource'] === true;
  let next: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    if (embedded && always.has(key)) continue;
    const field = value[key];
    const at = path ? `${path}.${key}` : key;
    const inner = properties?.[key] ?? (typeof more === 'object' ? more : undefined);
    if (!inner) {
      if (more === true || preserves(schema) || schema['x-kubernetes-int-or-string']) continue;
      unknown?.(at);
    } else if (field !== null || inner.nullable) {
      const made = structured(field, inner, before[key], unknown, at, false);
      if (made === field) continue;
      next ??= { ...value };
      next[key] = made;
      continue;
    }
    next ??= { ...value };
    delete next[key];
  }
  for (const key in properties) {
    const inner = properties[key]!;
    if (inner.default === undefined || (next ?? value)[key] !== undefined) continue;
    next ??= { ...value };
    // Defaults hold defaults of their own inside (an object with `default: {}` and defaulted fields).
    next[key] = structured(inner.default, inner, undefined, undefined, '', false);
  }
  return next ?? value;
}
