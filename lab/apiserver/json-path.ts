import { findValues, parsePath } from '../json-path.ts';
import { ensure } from './ensure.ts';

type Steps = ReturnType<typeof parsePath>;
const parsed = new Map<string, Steps>();

/** All values at a printer column's path, `.status.conditions[?(@.type=="Ready")].status`; what can't be read has none. */
export function readPath(object: unknown, path: string): unknown[] {
  try {
    const steps = ensure(parsed, path, () => parsePath(path));
    return findValues(steps, object);
  } catch {
    return [];
  }
}
