import type { Availability, SpokeRow } from '../../shared/contract/fleet.ts';
import type { Store } from './open.ts';

/** The columns of a spoke row that tell of KMM on it, with what they are derived from. */
export interface KmmColumns {
  availability: Availability;
  kernels: string;
  claims_cut: number;
  kmm: SpokeRow['kmm'];
  kmm_reason: string;
  kmm_since: string | null;
  kmm_started: string | null;
}

export interface AddonFact {
  name: string;
  available: string;
  message: string;
  since: string | null;
}

/** One line of the per-spoke follow-up. `applied_message` is a module work's, where one was refused. */
export interface InstallRecord {
  name: string;
  kmm: SpokeRow['kmm'];
  kmm_reason: string;
  kmm_since: string | null;
  kmm_started: string | null;
  since: string;
  way: 'policy' | 'addon' | 'work' | 'unseen';
  rights: 'yes' | 'no' | 'unknown';
}

// The agent's own words name the resource it may not handle (real-ocm.md B).
const noRight = `(m.applied = 'False' and m.applied_message like '%modules.kmm.sigs.x-k8s.io%forbidden%')`;

const where = `s.hub = @hub and (@states = '[]' or s.kmm in (select value from json_each(@states)))
  and (@search = '' or instr(s.name, @search) > 0)`;

/** Queries on KMM's presence on spokes. */
export function createInstalls({ db }: Store, workName: string) {
  const columns = db.prepare<[string, string], KmmColumns>(
    `select availability, kernels, claims_cut, kmm, kmm_reason, kmm_since, kmm_started from spoke where hub = ? and name = ?`,
  );
  const set = db.prepare(
    `update spoke set kmm = @kmm, kmm_reason = @kmm_reason, kmm_since = @kmm_since, kmm_started = @kmm_started
     where hub = @hub and name = @name`,
  );
  const addons = db.prepare<[string, string], AddonFact>(
    `select name, available, message, since from addon where hub = ? and spoke = ?
     and (name = 'kmm' or instr(name, 'kernel-module-management') > 0)`,
  );
  const counts = db.prepare<[string], { kmm: string; n: number }>(
    'select kmm, count(*) as n from spoke where hub = ? group by kmm',
  );
  const total = db.prepare<unknown[], { n: number }>(`select count(*) as n from spoke s where ${where}`);
  const page = db.prepare<unknown[], InstallRecord>(
    `select s.name, s.kmm, s.kmm_reason, s.kmm_since, s.kmm_started, s.since,
       case when exists (select 1 from policy p where p.hub = s.hub and p.spoke = s.name and p.installs_kmm = 1) then 'policy'
         when exists (select 1 from addon a where a.hub = s.hub and a.spoke = s.name
           and (a.name = 'kmm' or instr(a.name, 'kernel-module-management') > 0)) then 'addon'
         when exists (select 1 from work w where w.hub = s.hub and w.spoke = s.name and w.name = @work) then 'work'
         else 'unseen' end as way,
       case when exists (select 1 from work m where m.hub = s.hub and m.spoke = s.name and m.purpose = 'module' and ${noRight}) then 'no'
         when exists (select 1 from work m where m.hub = s.hub and m.spoke = s.name and m.purpose = 'module' and m.delivered = 1) then 'yes'
         else 'unknown' end as rights
     from spoke s where ${where} order by s.name limit @limit offset @offset`,
  );
  const refused = db.prepare<[string], { n: number }>(
    `select count(distinct m.spoke) as n from work m where m.hub = ? and m.purpose = 'module' and ${noRight}`,
  );
  const slow = db.prepare<[string, string], { n: number }>(
    `select count(*) as n from spoke where hub = ? and kmm = 'installing' and kmm_since < ? and availability = 'available'`,
  );
  const targets = db.prepare<[string], { name: string; uid: string; labels_json: string }>(
    `select name, uid, labels_json from spoke where hub = ? and availability not in ('joining', 'notAccepted', 'deleting') order by name`,
  );
  const sets = db.prepare<[string, string], { value: string; n: number }>(
    'select value, count(*) as n from spoke_label where hub = ? and key = ? group by value order by value',
  );
  return {
    columns: (hub: string, spoke: string) => columns.get(hub, spoke),
    set: (row: { hub: string; name: string } & Pick<KmmColumns, 'kmm' | 'kmm_reason' | 'kmm_since' | 'kmm_started'>) =>
      void set.run(row),
    addon: (hub: string, spoke: string) => addons.get(hub, spoke),
    counts: (hub: string): Record<string, number> => Object.fromEntries(counts.all(hub).map(({ kmm, n }) => [kmm, n])),
    page(hub: string, states: readonly string[], search: string, offset: number, limit: number) {
      const filter = { hub, states: JSON.stringify(states), search };
      return {
        total: total.get(filter)?.n ?? 0,
        rows: page.all({ ...filter, work: workName, offset, limit }),
      };
    },
    /** Spokes whose work agent was refused Modules. */
    withoutRights: (hub: string): number => refused.get(hub)?.n ?? 0,
    /** Answering spokes that have been installing since before `time`. */
    installingSince: (hub: string, time: string): number => slow.get(hub, time)?.n ?? 0,
    /** Spokes that have joined, with their labels as JSON. */
    joined: (hub: string) => targets.all(hub),
    labelValues: (hub: string, key: string) => sets.all(hub, key),
  };
}
export type Installs = ReturnType<typeof createInstalls>;
