import { isRecord, same } from './same.ts';

/** `value` without null members of objects, which JSON merge patch has no other meaning for than "not there". */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  );
}

/**
 * JSON merge patch (RFC 7396); inside an array put in place of another, null members fall away too, as a real API server was seen to
 * do. What the patch leaves alone is shared with `target`; no change gives `target` itself.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) {
    const value = withoutNulls(patch);
    return same(target, value) ? target : value;
  }
  const before = isRecord(target) ? target : {};
  let next: Record<string, unknown> | undefined;
  for (const key of Object.keys(patch)) {
    const change = patch[key];
    if (change === null) {
      if (!(key in before)) continue;
      next ??= { ...before };
      delete next[key];
      continue;
    }
    const value = mergePatch(before[key], change);
    if (value === before[key] && key in before) continue;
    next ??= { ...before };
    next[key] = value;
  }
  return next ?? (before === target ? target : before);
}
