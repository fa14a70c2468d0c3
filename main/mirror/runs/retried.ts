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
  // A tag that could not be looked up has its digest by now.
  const before = ({ name }: T) => (failed.has(name) ? name : withoutDigest(name));
  const again = items.filter((item) => failed.has(before(item)));
  const fresh = items.filter((item) => !known.has(item.name) && !again.includes(item));
  const also = fresh.length > 0 ? `, and ${fresh.length} not known then` : '';
  const rest = items.length - again.length - fresh.length;
  const others = rest === 1 ? '; the other one was left as it is' : `; the other ${rest} were left as they are`;
  return {
    items: items.filter((item) => again.includes(item) || fresh.includes(item)),
    note: `Looked up anew and retried: ${new Set(again.map(before)).size} of ${failed.size} that failed${also}${rest > 0 ? others : ''}.`,
  };
}

const withoutDigest = (name: string): string => name.replace(/@sha\d+:[0-9a-f]+$/, '');
