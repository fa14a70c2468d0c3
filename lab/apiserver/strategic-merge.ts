import { fieldSchema, itemsOf } from './field-shape.ts';
import type { Schema } from './kind-schema.ts';
import { isRecord, same } from './same.ts';

const directive = (value: unknown) => (isRecord(value) ? value['$patch'] : undefined);

/** Without `$patch` and the lists that steer the patch. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => directive(item) !== 'delete').map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => !key.startsWith('$') && field !== null)
      .map(([key, field]) => [key, plain(field)]),
  );
}

function patchList(before: readonly unknown[], patch: readonly unknown[], schema: Schema): unknown[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return [...before, ...patch.filter((one) => !before.some((old) => same(old, one)))];
  const items = itemsOf(schema, 'listmap', before);
  for (const [element, change] of itemsOf(schema, 'listmap', patch)) {
    if (directive(change) === 'delete') items.delete(element);
    else items.set(element, strategicMerge(items.get(element), change, schema.items, false));
  }
  return [...items.values()];
}

/**
 * Strategic merge patch for built-in kinds: lists with keys are merged item by item, `$patch: delete|replace`,
 * `$deleteFromPrimitiveList` and `$retainKeys` are obeyed, an order directive is not. Everything else is as in a JSON
 * merge patch. Lists without keys are replaced.
 */
export function strategicMerge(target: unknown, patch: unknown, schema: Schema | undefined, root = true): unknown {
  if (!isRecord(patch)) {
    const keyed = schema?.['x-kubernetes-list-type'] === 'map' || schema?.['x-kubernetes-list-type'] === 'set';
    if (!Array.isArray(patch) || !keyed) return same(target, patch) ? target : plain(patch);
    if (patch.some((item) => directive(item) === 'replace')) return plain(patch.filter((item) => !directive(item)));
    return patchList(Array.isArray(target) ? target : [], patch, schema);
  }
  if (directive(patch) === 'replace') return plain(patch);
  if (directive(patch) === 'delete') return {};
  const before = isRecord(target) ? target : {};
  const next: Record<string, unknown> = { ...before };
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) for (const key of Object.keys(next)) if (!retained.includes(key)) delete next[key];
  for (const [key, change] of Object.entries(patch)) {
    const steered = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
    if (steered) {
      const list = next[steered];
      if (Array.isArray(list) && Array.isArray(change)) next[steered] = list.filter((item) => !change.includes(item));
    } else if (key.startsWith('$')) continue;
    else if (change === null) delete next[key];
    else next[key] = strategicMerge(next[key], change, fieldSchema(schema, key, root).schema, false);
  }
  return same(next, before) && before === target ? target : next;
}
