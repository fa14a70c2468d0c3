import { isRecord, same } from '../../apiserver/same.ts';

/**
 * `value` without null members of objects: an API server drops them from what a merge patch puts in place of an array,
 * so what KMM-Hub creates with nulls loses them with its first patch.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  );
}

/** The JSON merge patch from `before` to `after`: controllers send only what they change; undefined when nothing does. */
export function mergeDiff(before: unknown, after: unknown): Record<string, unknown> | undefined {
  if (!isRecord(after)) return undefined;
  const old = isRecord(before) ? before : {};
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(old)) if (after[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined || same(old[key], value)) continue;
    patch[key] = isRecord(value) && isRecord(old[key]) ? mergeDiff(old[key], value) : withoutNulls(value);
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
