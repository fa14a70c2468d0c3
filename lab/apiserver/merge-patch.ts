import { isRecord, same } from './same.ts';

/** JSON merge patch (RFC 7396). What the patch leaves alone is shared with `target`; no change gives `target` itself. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return same(target, patch) ? target : patch;
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
