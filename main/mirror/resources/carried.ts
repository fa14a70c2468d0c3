import { parse } from 'yaml';
import type { ObjectDiff } from '../../../shared/contract/common.ts';
import type { Change } from './restarts.ts';

/**
 * What a Policy's or ManifestWork's own change does to the objects it carries: a policy that is updated may change a mirror set on every
 * spoke. Other kinds carry nothing.
 */
export function carriedChanges({ kind, change, before, after }: ObjectDiff): Change[] {
  if (!['Policy', 'ManifestWork'].includes(kind) || change === 'none') return [];
  const [old, next] = [carried(before), carried(after)];
  return [...next].map(([key, text]) => ({
    kind: key.split(' ')[0] ?? '',
    change: old.has(key) ? (old.get(key) === text ? 'none' : 'update') : 'create',
  }));
}

/** Whole objects inside of an object, as JSON by kind and name. */
function carried(yaml: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    const { kind, metadata } = value as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };
    if (depth > 0 && typeof kind === 'string' && typeof metadata?.name === 'string' && kind !== 'ConfigurationPolicy') {
      found.set(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`, JSON.stringify(value));
      return;
    }
    for (const one of Object.values(value)) walk(one, depth + 1);
  };
  walk(yaml === '' ? undefined : parse(yaml), 0);
  return found;
}
