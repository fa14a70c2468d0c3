import { parse } from 'yaml';
import type { ObjectDiff } from '../../../shared/contract/common.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { canonicalJson } from '../bundle/canonical.ts';
import type { Change } from './restarts.ts';

/**
 * What a Policy's or ManifestWork's own change does to the objects it carries: a policy that is updated may change a mirror set on every
 * spoke. `reachesMore`: a policy comes to spokes that did not have it, and makes there what it carries, changed or not. Other kinds
 * carry nothing.
 */
export function carriedChanges({ kind, change, before, after }: ObjectDiff, reachesMore = false): Change[] {
  if (!['Policy', 'ManifestWork'].includes(kind)) return [];
  const next = read(after);
  const changed = change === 'none' ? [] : changesBetween(read(before), next);
  return reachesMore && kind === 'Policy' ? [...changed, ...changesBetween(undefined, next)] : changed;
}

const read = (yaml: string): unknown => (yaml === '' ? undefined : parse(yaml));

/** What happens to the objects inside of one that becomes another; undefined = it is not there. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const [old, next] = [carried(before), carried(after)];
  return [...next].map(([key, text]) => ({
    kind: key.split(' ')[0] ?? '',
    change: old.has(key) ? (old.get(key) === text ? 'none' : 'update') : 'create',
  }));
}

/** Whole objects inside of an object, as JSON of one spelling by kind and name. */
function carried(object: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    const { kind, metadata } = value as Partial<KubeObject>;
    if (depth > 0 && typeof kind === 'string' && typeof metadata?.name === 'string' && kind !== 'ConfigurationPolicy') {
      found.set(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`, canonicalJson(value));
      return;
    }
    for (const one of Object.values(value)) walk(one, depth + 1);
  };
  walk(object, 0);
  return found;
}
