import { isRecord, same } from '../../apiserver/same.ts';

/** The JSON merge patch from `before` to `after`: controllers send only what they change; undefined when nothing does. */
export function mergeDiff(before: unknown, after: unknown): Record<string, unknown> | undefined {
  if (!isRecord(after)) return undefined;
  const old = isRecord(before) ? before : {};
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(old)) if (after[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined || same(old[key], value)) continue;
    patch[key] = isRecord(value) && isRecord(old[key]) ? mergeDiff(old[key], value) : value;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
