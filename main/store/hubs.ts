import type { Hub } from '../../shared/contract/hubs.ts';
import type { Store } from './open.ts';

/** A hub we know. `source_json` is where its kubeconfig lies: `{paths}` or `{file}` (our own 0600 copy of pasted text). */
export interface HubRecord {
  id: string;
  name: string;
  context: string;
  server: string;
  tls: Hub['tls'];
  practice: number;
  source_json: string;
  kubernetes: string;
  identity: string;
  operator_namespace: string;
  created_at: string;
}

/** What belongs to a hub and grows with its fleet: emptied in slices before the hub's own row goes. */
const large = [
  'object',
  'proof',
  'work',
  'spoke_label',
  'spoke_kernel',
  'addon',
  'policy',
  'image_config',
  'build',
  'timeline',
  'spoke',
];

/** Queries on hubs. */
export function createHubRecords({ db }: Store) {
  const insert = db.prepare(
    `insert into hub (id, name, context, server, tls, practice, source_json, created_at)
     values (@id, @name, @context, @server, @tls, @practice, @source_json, @created_at)`,
  );
  const one = db.prepare<[string], HubRecord>('select * from hub where id = ?');
  const all = db.prepare<[], HubRecord>('select * from hub order by practice, name');
  const seen = db.prepare('update hub set kubernetes = ?, identity = ?, server = ?, tls = ? where id = ?');
  const renew = db.prepare('update hub set context = @context, tls = @tls, source_json = @source_json where id = @id');
  const remove = db.prepare('delete from hub where id = ?');
  return {
    insert: (row: Omit<HubRecord, 'kubernetes' | 'identity' | 'operator_namespace'>): void => void insert.run(row),
    get: (id: string) => one.get(id),
    all: () => all.all(),
    /** What a connection has told. */
    seen: (id: string, said: { kubernetes: string; identity: string; server: string; tls: string }): void =>
      void seen.run(said.kubernetes, said.identity, said.server, said.tls, id),
    /** Another kubeconfig for the same server. */
    renew: (id: string, now: Pick<HubRecord, 'context' | 'tls' | 'source_json'>): void =>
      void renew.run({ id, ...now }),
    /** Deletes up to `rows` rows of what the hub holds; false when nothing large is left. */
    empty(id: string, rows: number): boolean {
      for (const table of large) {
        const key = ['spoke', 'object', 'timeline'].includes(table) ? 'id' : 'rowid';
        const some = keyed.has(table)
          ? db.prepare(
              `delete from ${table} where hub = ? and ${keyed.get(table)} in (select ${keyed.get(table)} from ${table} where hub = ? limit ?)`,
            )
          : db.prepare(`delete from ${table} where ${key} in (select ${key} from ${table} where hub = ? limit ?)`);
        const { changes } = keyed.has(table) ? some.run(id, id, rows) : some.run(id, rows);
        if (changes > 0) return true;
      }
      return false;
    },
    remove: (id: string): void => void remove.run(id),
  };
}
export type HubRecords = ReturnType<typeof createHubRecords>;

/** Tables without rowid: the column by which a slice is taken. */
const keyed = new Map([
  ['proof', 'spoke'],
  ['work', 'spoke'],
  ['spoke_label', 'spoke'],
  ['spoke_kernel', 'spoke'],
  ['addon', 'spoke'],
  ['policy', 'namespace'],
  ['image_config', 'namespace'],
  ['build', 'namespace'],
]);
