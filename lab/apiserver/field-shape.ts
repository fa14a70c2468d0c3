import { listBy, object, setOf, string, stringMap } from '../schemas/shapes.ts';
import type { Schema } from './kind-schema.ts';
import { isRecord } from './same.ts';

/** How server-side apply sees a value: merged by field or item, or as one piece. */
export type Shape = 'leaf' | 'map' | 'listmap' | 'set';

const metadata = object({
  labels: stringMap,
  annotations: stringMap,
  finalizers: setOf(string),
  ownerReferences: listBy('uid', { type: 'object', 'x-kubernetes-map-type': 'atomic' }),
});

/** What is at `schema` for `value`; without a schema maps are granular and lists are atomic. */
export function shapeOf(schema: Schema | undefined, value: unknown): Shape {
  if (Array.isArray(value)) {
    const type = schema?.['x-kubernetes-list-type'];
    return type === 'map' ? 'listmap' : type === 'set' ? 'set' : 'leaf';
  }
  return isRecord(value) && schema?.['x-kubernetes-map-type'] !== 'atomic' ? 'map' : 'leaf';
}

/** The schema of a field; `declared` when it is named in properties, not an entry of a map. */
export function fieldSchema(
  schema: Schema | undefined,
  key: string,
  root: boolean,
): { schema?: Schema; declared: boolean } {
  if (root && key === 'metadata') return { schema: metadata, declared: true };
  const own = schema?.properties?.[key];
  if (own) return { schema: own, declared: true };
  const more = schema?.additionalProperties;
  return typeof more === 'object' ? { schema: more, declared: false } : { declared: root };
}

/** The items of a list by path element, in order. Items without their keys stand under their index and never match. */
export function itemsOf(schema: Schema | undefined, shape: Shape, list: readonly unknown[]): Map<string, unknown> {
  const items = new Map<string, unknown>();
  if (shape === 'set') {
    for (const item of list) items.set(`v:${JSON.stringify(item)}`, item);
    return items;
  }
  const keys = [...(schema?.['x-kubernetes-list-map-keys'] ?? [])].sort();
  for (const item of list) {
    const id: Record<string, unknown> = {};
    for (const key of keys) {
      const value = (isRecord(item) ? item[key] : undefined) ?? schema?.items?.properties?.[key]?.default;
      if (value !== undefined) id[key] = value;
    }
    items.set(`k:${JSON.stringify(id)}`, item);
  }
  return items;
}
