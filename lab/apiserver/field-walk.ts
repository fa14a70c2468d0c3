import { type FieldSet, leaf, nodeOf } from './field-set.ts';
import { fieldSchema, itemsOf, shapeOf } from './field-shape.ts';
import type { Schema } from './kind-schema.ts';
import { isRecord, same } from './same.ts';

type Children = Record<string, FieldSet>;

/** Fields that nobody owns: identity, and what the server sets. */
const unowned = new Set(['apiVersion', 'kind']);
const unownedMeta = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** Where the walk is: 0 the object, 1 its metadata, 2 anywhere else. */
type Place = 0 | 1 | 2;
const skipped = (place: Place, key: string) => (place === 0 ? unowned.has(key) : place === 1 && unownedMeta.has(key));
const below = (place: Place, key: string): Place => (place === 0 && key === 'metadata' ? 1 : 2);

/** All fields of a value, containers included: what an Update that brings the value comes to own. */
export function everyField(value: unknown, schema: Schema | undefined, place: Place): FieldSet {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') return leaf;
  const children: Children = {};
  if (shape === 'map') {
    const map = value as Record<string, unknown>;
    for (const key of Object.keys(map)) {
      if (skipped(place, key) || map[key] === undefined) continue;
      const at = fieldSchema(schema, key, place === 0);
      children[`f:${key}`] = everyField(map[key], at.schema, below(place, key));
    }
  } else {
    for (const [element, item] of itemsOf(schema, shape, value as unknown[])) {
      children[element] = shape === 'set' ? leaf : everyField(item, schema?.items, 2);
    }
  }
  // Built-in kinds are Go structs upstream: metadata, spec and status are there before anyone writes them.
  return nodeOf(place === 2, children) ?? leaf;
}

/** The fields an applied configuration claims (structured-merge-diff ToFieldSet). */
export function appliedFields(value: unknown, schema: Schema | undefined, place: Place = 0): FieldSet | undefined {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') return leaf;
  const children: Children = {};
  if (shape === 'map') {
    const map = value as Record<string, unknown>;
    for (const key of Object.keys(map)) {
      if (skipped(place, key) || map[key] === undefined) continue;
      const at = fieldSchema(schema, key, place === 0);
      const field = map[key];
      const set = appliedFields(field, at.schema, below(place, key));
      if (!set) {
        if (place === 2 || key !== 'metadata') children[`f:${key}`] = leaf;
      } else if (!at.declared && set !== leaf) children[`f:${key}`] = { '.': leaf, ...set };
      else children[`f:${key}`] = set;
    }
  } else {
    for (const [element, item] of itemsOf(schema, shape, value as unknown[])) {
      const set = shape === 'set' ? undefined : appliedFields(item, schema?.items, 2);
      children[element] = set && set !== leaf ? { '.': leaf, ...set } : leaf;
    }
  }
  return nodeOf(false, children);
}

/** What differs between two states of an object, as field sets. */
export interface Comparison {
  /** Fields that are new or have another value. */
  changed: FieldSet | undefined;
  removed: FieldSet | undefined;
}

interface Parts {
  changed: Children;
  removed: Children;
}

/** Compares by the shapes of `schema`; parts shared by reference are not looked into. */
export function compare(before: unknown, after: unknown, schema: Schema | undefined): Comparison {
  const parts: Parts = { changed: {}, removed: {} };
  if (isRecord(before) && isRecord(after)) compareMaps(before, after, schema, 0, parts);
  return { changed: nodeOf(false, parts.changed), removed: nodeOf(false, parts.removed) };
}

function compareMaps(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  schema: Schema | undefined,
  place: Place,
  parts: Parts,
): void {
  for (const key of Object.keys(after)) {
    if (before[key] === after[key] || skipped(place, key)) continue;
    const at = fieldSchema(schema, key, place === 0);
    compareField(`f:${key}`, before[key], after[key], at.schema, below(place, key), parts);
  }
  for (const key of Object.keys(before)) {
    if (before[key] === undefined || after[key] !== undefined || skipped(place, key)) continue;
    const at = fieldSchema(schema, key, place === 0);
    parts.removed[`f:${key}`] = everyField(before[key], at.schema, below(place, key));
  }
}

function compareField(
  element: string,
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  place: Place,
  parts: Parts,
): void {
  if (after === undefined) return;
  if (before === undefined) {
    const set = everyField(after, schema, place);
    if (!(place === 1 && set === leaf)) parts.changed[element] = set;
    return;
  }
  const shape = shapeOf(schema, after);
  if (shape === 'leaf' || shapeOf(schema, before) !== shape) {
    if (same(before, after)) return;
    parts.changed[element] = leaf;
    if (shape !== shapeOf(schema, before)) parts.removed[element] = everyField(before, schema, place);
    return;
  }
  const inner: Parts = { changed: {}, removed: {} };
  if (shape === 'map') {
    compareMaps(before as Record<string, unknown>, after as Record<string, unknown>, schema, place, inner);
  } else {
    const old = itemsOf(schema, shape, before as unknown[]);
    const now = itemsOf(schema, shape, after as unknown[]);
    for (const [key, item] of now) {
      if (!old.has(key)) inner.changed[key] = shape === 'set' ? leaf : everyField(item, schema?.items, 2);
      else compareField(key, old.get(key), item, schema?.items, 2, inner);
    }
    for (const [key, item] of old) {
      if (!now.has(key)) inner.removed[key] = shape === 'set' ? leaf : everyField(item, schema?.items, 2);
    }
  }
  const changed = nodeOf(false, inner.changed);
  const removed = nodeOf(false, inner.removed);
  if (changed) parts.changed[element] = changed;
  if (removed) parts.removed[element] = removed;
}
