import type { Store } from './open.ts';

/** An ACM Policy: a root one (`spoke` '') or the copy of a root in a spoke's namespace, which carries the history. */
export interface PolicyRow {
  hub: string;
  namespace: string;
  name: string;
  /** `<namespace>.<name>` of the root. */
  root: string;
  spoke: string;
  /** Compliant, NonCompliant, Pending; '' while nothing is reported. */
  compliant: string;
  /** The newest history message that is not the plain "Compliant", else the newest. */
  message: string;
  /** When the newest history entry was written, by the spoke's clock. */
  since: string | null;
  /** 1 when its templates order one of KMM's operators. */
  installs_kmm: number;
  created_at: string;
}

/** Queries on policies. */
export function createPolicies({ db }: Store) {
  const put = db.prepare(
    `insert or replace into policy (hub, namespace, name, root, spoke, compliant, message, since, installs_kmm, created_at)
     values (@hub, @namespace, @name, @root, @spoke, @compliant, @message, @since, @installs_kmm, @created_at)`,
  );
  const one = db.prepare<[string, string, string], PolicyRow>(
    'select * from policy where hub = ? and namespace = ? and name = ?',
  );
  const ofSpoke = db.prepare<[string, string], PolicyRow>(
    'select * from policy where hub = ? and spoke = ? and installs_kmm = 1 order by name',
  );
  const roots = db.prepare<[string], PolicyRow>(
    `select * from policy where hub = ? and spoke = '' and installs_kmm = 1 order by root`,
  );
  const remove = db.prepare('delete from policy where hub = ? and namespace = ? and name = ?');
  return {
    put: (row: PolicyRow): void => void put.run(row),
    get: (hub: string, namespace: string, name: string) => one.get(hub, namespace, name),
    /** The copies on this spoke that install KMM. */
    installing: (hub: string, spoke: string) => ofSpoke.all(hub, spoke),
    installingRoots: (hub: string) => roots.all(hub),
    remove: (hub: string, namespace: string, name: string): boolean => remove.run(hub, namespace, name).changes > 0,
  };
}
export type Policies = ReturnType<typeof createPolicies>;
