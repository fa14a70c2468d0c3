import type { Store } from './open.ts';

/** An add-on of OCM on one spoke. `available` is the status of its condition Available, '' before the first word. */
export interface AddonRecord {
  hub: string;
  spoke: string;
  name: string;
  available: string;
  reason: string;
  message: string;
  since: string | null;
}

/** Queries on add-ons. */
export function createAddons({ db }: Store) {
  const put = db.prepare(
    `insert into addon (hub, spoke, name, available, reason, message, since)
     values (@hub, @spoke, @name, @available, @reason, @message, @since)
     on conflict (hub, spoke, name) do update set available = excluded.available, reason = excluded.reason,
       message = excluded.message, since = excluded.since`,
  );
  const all = db.prepare<[string, string], AddonRecord>(
    'select * from addon where hub = ? and spoke = ? order by name',
  );
  const remove = db.prepare('delete from addon where hub = ? and spoke = ? and name = ?');
  return {
    put: (row: AddonRecord): void => void put.run(row),
    ofSpoke: (hub: string, spoke: string) => all.all(hub, spoke),
    /** True when it was there. */
    remove: (hub: string, spoke: string, name: string): boolean => remove.run(hub, spoke, name).changes > 0,
  };
}
export type Addons = ReturnType<typeof createAddons>;
