const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Deep equality of JSON values; parts that are shared by reference cost nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  let others = 0;
  for (const key of Object.keys(b)) if (b[key] !== undefined) others += 1;
  for (const key of keys) {
    const value = a[key];
    if (value === undefined) continue;
    if (!same(value, b[key])) return false;
    others -= 1;
  }
  return others === 0;
}

/** Whether a JSON value is an object, not an array and not null. */
export const isRecord = (value: unknown): value is Record<string, unknown> => isObject(value) && !Array.isArray(value);
