import type { Runs } from '../../store/runs.ts';

/**
 * Of all that a run would do now, what a retry of `of` does: images that failed there, and those that neither it nor a run it retried
 * itself knew. `note` says so.
 */
export function onlyRetried<T extends { name: string }>(
  runs: Pick<Runs, 'get' | 'items'>,
  of: string,
  items: readonly T[],
): { items: T[]; note: string } {
  const failed = new Set(runs.items(of, 'failed').map(({ name }) => name));
  const known = new Set<string>();
  for (let id: unknown = of; typeof id === 'string'; id = runs.get(id)?.input['retryOf']) {
    for (const { name } of runs.items(id)) known.add(name);
  }
  const again = items.filter(({ name }) => failed.has(name));
  const fresh = items.filter(({ name }) => !known.has(name));
  const also = fresh.length > 0 ? `, and ${fresh.length} new since` : '';
  const rest = items.length - again.length - fresh.length;
  return {
    items: items.filter((item) => again.includes(item) || fresh.includes(item)),
    note: `Looked up anew and retried: ${again.length} of ${failed.size} that failed${also}; the other ${rest} were left as they are.`,
  };
}
