import { type FieldSet, isMember } from './field-set.ts';
import { fieldSchema, itemsOf, shapeOf } from './field-shape.ts';
import type { Schema } from './kind-schema.ts';
import { same } from './same.ts';

/** `config` laid over `live` by the shapes of `schema` (structured-merge-diff Merge). Shares what stays the same. */
export function mergeApplied(live: unknown, config: unknown, schema: Schema | undefined, root = true): unknown {
  if (live === undefined) return config;
  const shape = shapeOf(schema, config);
  if (shape === 'leaf' || shapeOf(schema, live) !== shape) return same(live, config) ? live : config;
  if (shape === 'map') {
    const before = live as Record<string, unknown>;
    const wanted = config as Record<string, unknown>;
    let next: Record<string, unknown> | undefined;
    for (const key of Object.keys(wanted)) {
      if (wanted[key] === undefined) continue;
      const value = mergeApplied(before[key], wanted[key], fieldSchema(schema, key, root).schema, false);
      if (value === before[key]) continue;
      next ??= { ...before };
      next[key] = value;
    }
    return next ?? before;
  }
  const merged = mergeItems(
    itemsOf(schema, shape, live as unknown[]),
    itemsOf(schema, shape, config as unknown[]),
    schema,
  );
  return same(live, merged) ? live : merged;
}

/** Items only in `live` keep their place, those in both follow the order of `config`. */
function mergeItems(live: Map<string, unknown>, config: Map<string, unknown>, schema: Schema | undefined): unknown[] {
  const merged: unknown[] = [];
  const left = [...live.keys()];
  const right = [...config.keys()];
  const done = new Set<string>();
  let at = 0;
  const takeLive = () => {
    while (at < left.length && (!config.has(left[at]!) || done.has(left[at]!))) {
      if (!config.has(left[at]!)) merged.push(live.get(left[at]!));
      at += 1;
    }
  };
  for (const key of right) {
    takeLive();
    merged.push(mergeApplied(live.get(key), config.get(key), schema?.items, false));
    done.add(key);
  }
  takeLive();
  return merged;
}

/**
 * Takes out of `value` what the manager applied `last` and nobody in `keep` owns any more. Answers undefined when the
 * whole value goes; containers that only held such fields go with them.
 */
export function pruneApplied(
  value: unknown,
  last: FieldSet,
  keep: FieldSet | undefined,
  schema: Schema | undefined,
  root = true,
): unknown {
  // What it brought goes whole, with what the schema's defaults put into it.
  if (!keep && !root) return undefined;
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') return value;
  if (shape === 'map') {
    const before = value as Record<string, unknown>;
    let next: Record<string, unknown> | undefined;
    for (const element of Object.keys(last)) {
      const key = element.slice(2);
      if (element === '.' || before[key] === undefined) continue;
      const field = pruneApplied(
        before[key],
        last[element]!,
        keep?.[element],
        fieldSchema(schema, key, root).schema,
        false,
      );
      if (field === before[key]) continue;
      next ??= { ...before };
      if (field === undefined) delete next[key];
      else next[key] = field;
    }
    if (!next) return keep || Object.keys(before).length > 0 || root ? value : undefined;
    return root || Object.keys(next).length > 0 ? next : undefined;
  }
  const items = itemsOf(schema, shape, value as unknown[]);
  const rest: unknown[] = [];
  for (const [element, item] of items) {
    const owned = last[element];
    const kept = keep?.[element];
    if (!owned || (shape === 'set' && kept)) rest.push(item);
    // An item that it brought stays only where someone else owns the item itself, not just a field of it.
    else if (isMember(owned) && !(kept && isMember(kept))) continue;
    else if (shape === 'listmap') {
      const left = pruneApplied(item, owned, keep?.[element], schema?.items, false);
      if (left !== undefined) rest.push(left);
    }
  }
  if (rest.length === items.size && rest.every((item, index) => item === (value as unknown[])[index])) return value;
  return rest.length > 0 ? rest : undefined;
}
