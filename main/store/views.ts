import type { z } from 'zod';
import type { FleetFilter, FleetSort, SavedView } from '../../shared/contract/fleet.ts';
import type { Store } from './open.ts';

type View = z.infer<typeof SavedView>;
interface Row {
  id: number;
  name: string;
  filter_json: string;
  sort: string;
  descending: number;
}
const view = ({ id, name, filter_json, sort, descending }: Row): View => ({
  id,
  name,
  filter: JSON.parse(filter_json) as FleetFilter,
  sort,
  descending: descending === 1,
});

/** Saved views of the fleet table; a name is used once, saving it again replaces the view. */
export function createViews({ db, transaction }: Store) {
  const all = db.prepare<[], Row>('select * from view order by name');
  const put = db.prepare<[string, string, string, number], Row>(
    `insert into view (name, filter_json, sort, descending) values (?, ?, ?, ?)
     on conflict (name) do update set filter_json = excluded.filter_json, sort = excluded.sort, descending = excluded.descending
     returning *`,
  );
  const remove = db.prepare('delete from view where id = ?');
  return {
    all: (): View[] => all.all().map(view),
    save: (name: string, filter: FleetFilter, sort: z.infer<typeof FleetSort>, descending: boolean): View =>
      // In a transaction of its own: a single statement that returns a row would not tell that its commit failed.
      transaction(() => view(put.get(name, JSON.stringify(filter), sort, descending ? 1 : 0)!)),
    /** True when it was there. */
    remove: (id: number): boolean => remove.run(id).changes > 0,
  };
}
export type Views = ReturnType<typeof createViews>;
