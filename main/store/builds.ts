import type { BuildRow } from '../../shared/contract/modules.ts';
import type { Store } from './open.ts';

/** An image build or signing. `name`/`uid` are those of the Build or Pod; uid 'mbsc' while only the MBSC tells of it. */
export interface BuildRecord {
  hub: string;
  namespace: string;
  name: string;
  uid: string;
  module: string;
  spoke: string;
  kernel: string;
  image: string;
  action: string;
  state: BuildRow['state'];
  started_at: string | null;
  ended_at: string | null;
  message: string;
}

/** Queries on builds; times are the hub's own. */
export function createBuilds({ db }: Store) {
  const put = db.prepare(
    `insert or replace into build (hub, namespace, name, uid, module, spoke, kernel, image, action, state, started_at, ended_at, message)
     values (@hub, @namespace, @name, @uid, @module, @spoke, @kernel, @image, @action, @state, @started_at, @ended_at, @message)`,
  );
  const one = db.prepare<[string, string, string, string], BuildRecord>(
    'select * from build where hub = ? and namespace = ? and name = ? and uid = ?',
  );
  const ofModule = db.prepare<[string, string], BuildRecord>(
    'select * from build where hub = ? and module = ? order by started_at desc, name limit 500',
  );
  // uid 'mbsc' sorts last: what a Build itself says wins over the config that asked for it.
  const ofPair = db.prepare<[string, string, string], BuildRecord>(
    `select * from build where hub = ? and module = ? and spoke = ? order by uid = 'mbsc', started_at desc`,
  );
  const remove = db.prepare('delete from build where hub = ? and namespace = ? and name = ? and uid = ?');
  return {
    put: (row: BuildRecord): void => void put.run(row),
    get: (hub: string, namespace: string, name: string, uid: string) => one.get(hub, namespace, name, uid),
    /** Newest first, at most 500. */
    ofModule: (hub: string, module: string) => ofModule.all(hub, module),
    ofPair: (hub: string, module: string, spoke: string) => ofPair.all(hub, module, spoke),
    remove: (hub: string, namespace: string, name: string, uid: string): void =>
      void remove.run(hub, namespace, name, uid),
  };
}
export type Builds = ReturnType<typeof createBuilds>;

/** The contract's view of a build; seconds only when both ends are known. */
export function buildView(row: BuildRecord): BuildRow {
  const seconds =
    row.started_at && row.ended_at ? (Date.parse(row.ended_at) - Date.parse(row.started_at)) / 1000 : undefined;
  return {
    module: row.module,
    spoke: row.spoke,
    kernel: row.kernel,
    image: row.image,
    action: row.action,
    state: row.state,
    ...(row.started_at && { startedAt: row.started_at }),
    ...(row.ended_at && { endedAt: row.ended_at }),
    ...(seconds !== undefined && { seconds }),
    message: row.message,
  };
}
