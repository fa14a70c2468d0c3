import type { Store } from './open.ts';

/** One OLM object on the hub that concerns KMM. `kind` is Subscription or ClusterServiceVersion. */
export interface OperatorRow {
  hub: string;
  namespace: string;
  name: string;
  kind: string;
  package: string;
  version: string;
  /** The CSV's phase, or the Subscription's state; '' before the first word of OLM. */
  phase: string;
  message: string;
  since: string | null;
}

/** Queries on the hub's OLM objects of KMM. */
export function createOperators({ db }: Store) {
  const put = db.prepare(
    `insert or replace into operator (hub, namespace, name, kind, package, version, phase, message, since)
     values (@hub, @namespace, @name, @kind, @package, @version, @phase, @message, @since)`,
  );
  const one = db.prepare<[string, string, string, string], OperatorRow>(
    'select * from operator where hub = ? and kind = ? and namespace = ? and name = ?',
  );
  const all = db.prepare<[string], OperatorRow>('select * from operator where hub = ? order by kind, since desc, name');
  const remove = db.prepare('delete from operator where hub = ? and kind = ? and namespace = ? and name = ?');
  return {
    put: (row: OperatorRow): void => void put.run(row),
    get: (hub: string, kind: string, namespace: string, name: string) => one.get(hub, kind, namespace, name),
    /** Subscriptions and CSVs of KMM on this hub; of several CSVs the newest comes first. */
    all: (hub: string) => all.all(hub),
    remove: (hub: string, kind: string, namespace: string, name: string): boolean =>
      remove.run(hub, kind, namespace, name).changes > 0,
  };
}
export type Operators = ReturnType<typeof createOperators>;
