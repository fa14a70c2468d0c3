import type { Store } from '../store/open.ts';

/** SQL for "this spoke has all these labels", with its parameters: one index search for each label of the selector. */
export function selectorSql(
  selector: Readonly<Record<string, string>>,
  hub: string,
): { sql: string; values: string[] } {
  const values: string[] = [];
  const parts = Object.entries(selector).map(([key, value]) => {
    values.push(hub, key, value);
    return 's.name in (select spoke from spoke_label where hub = ? and key = ? and value = ?)';
  });
  return { sql: parts.length === 0 ? '1' : parts.join(' and '), values };
}

/** A target as questions about a selection need it. */
export interface Target {
  name: string;
  uid: string;
  operative: number;
  reason: string;
  kernels: string;
  claims_cut: number;
}

/** Spokes with all labels of a selector, in order of name; the empty selector takes every spoke, as KMM-Hub does. */
export function targetsOf({ db }: Store, hub: string, selector: Readonly<Record<string, string>>): Target[] {
  const { sql, values } = selectorSql(selector, hub);
  return db
    .prepare<string[], Target>(
      `select name, uid, operative, reason, kernels, claims_cut from spoke s where hub = ? and ${sql} order by name`,
    )
    .all(hub, ...values);
}

/** Names only. */
export const namesOf = (store: Store, hub: string, selector: Readonly<Record<string, string>>): string[] => {
  const { sql, values } = selectorSql(selector, hub);
  return store.db
    .prepare<string[], string>(`select name from spoke s where hub = ? and ${sql} order by name`)
    .pluck()
    .all(hub, ...values) as string[];
};
