import type { Plan, PlanImage } from '../../shared/contract/mirror.ts';
import type { Store } from './open.ts';

interface Stored {
  name: string;
  category: PlanImage['category'];
  digest: string;
  target: string;
  blobs: number;
  bytes: number;
  new_bytes: number;
  here_bytes: number;
  site_bytes: number | null;
  fault_json: string | null;
}
const read = ({ new_bytes, here_bytes, site_bytes, fault_json, ...row }: Stored): PlanImage => ({
  ...row,
  newBytes: new_bytes,
  hereBytes: here_bytes,
  siteBytes: site_bytes,
  ...(fault_json !== null && { fault: JSON.parse(fault_json) as NonNullable<PlanImage['fault']> }),
});

/** Queries on plans; only the newest of a set and site is kept. */
export function createPlans(store: Store) {
  const { db } = store;
  const older = db.prepare('delete from plan where set_name = ? and site = ?');
  const put = db.prepare('insert into plan (id, set_name, site, made_at, facts_json) values (?, ?, ?, ?, ?)');
  const image = db.prepare(
    `insert into plan_image (plan, seq, name, category, digest, target, blobs, bytes, new_bytes, here_bytes, site_bytes, fault_json)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const where = `where plan = @id and (@search = '' or instr(name, @search) > 0) and (@failed = 0 or fault_json is not null)`;
  const count = db.prepare<[object], number>(`select count(*) from plan_image ${where}`).pluck();
  const page = db.prepare<[object], Stored>(
    `select name, category, digest, target, blobs, bytes, new_bytes, here_bytes, site_bytes, fault_json
     from plan_image ${where} order by fault_json is null, seq limit @limit offset @offset`,
  );
  const one = db.prepare<[string], string>('select facts_json from plan where id = ?').pluck();
  const sizes = db.prepare<[string], { name: string; bytes: number; share: number }>(
    `select name, bytes, new_bytes + here_bytes as share from plan_image where fault_json is null and plan = (select id from plan where set_name = ? order by made_at desc, id limit 1)`,
  );
  return {
    put(plan: Plan, images: readonly PlanImage[]): void {
      store.transaction(() => {
        older.run(plan.set, plan.site);
        put.run(plan.id, plan.set, plan.site, plan.madeAt, JSON.stringify(plan));
        images.forEach(
          ({ name, category, digest, target, blobs, bytes, newBytes, hereBytes, siteBytes, fault }, seq) =>
            void image.run(
              ...[plan.id, seq, name, category, digest, target, blobs, bytes ?? 0, newBytes, hereBytes, siteBytes],
              fault ? JSON.stringify(fault) : null,
            ),
        );
      });
    },
    get(id: string): Plan | undefined {
      const facts = one.get(id);
      return facts === undefined ? undefined : (JSON.parse(facts) as Plan);
    },
    /** Bytes by image, of the set's newest plan: all of it, and the share that no image before it needs. */
    sizes: (set: string): Map<string, { bytes: number; share: number }> =>
      new Map(sizes.all(set).map(({ name, ...sizes }) => [name, sizes])),
    /** In the plan's order, those that cannot be had first. */
    images(asked: { id: string; search: string; failed: boolean; offset: number; limit: number }) {
      const given = { ...asked, failed: asked.failed ? 1 : 0 };
      const facts = one.get(asked.id);
      // Plans of earlier versions do not tell what is made.
      const { made = [] } = facts === undefined ? {} : (JSON.parse(facts) as Partial<Plan>);
      const bases = new Map(made.map(({ name, of }) => [name, of]));
      const rows = page.all(given).map((row): PlanImage => {
        const base = bases.get(row.name);
        return base === undefined ? read(row) : { ...read(row), bytes: null, madeOf: base };
      });
      return { total: count.get(given) ?? 0, rows };
    },
  };
}
export type Plans = ReturnType<typeof createPlans>;
