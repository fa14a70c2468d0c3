import type { Store } from './open.ts';

export interface BundleRecord {
  id: string;
  direction: 'out' | 'in';
  parent: string;
  site: string;
  path: string;
  at: string;
  acknowledged_at: string | null;
  /** The summary as it was when it was made or read. */
  facts_json: string;
}
export interface InventoryRecord {
  site: string;
  at: string;
  path: string;
  digests: number;
  acknowledges_json: string;
}
export interface TrustRecord {
  id: string;
  name: string;
  public_key: string;
  added_at: string;
}

/** Queries on bundles made and read, what sites sent back, and the keys we trust. */
export function createBundleRecords({ db }: Store) {
  const put = db.prepare(
    `insert into bundle (id, direction, parent, site, path, at, facts_json) values (@id, @direction, @parent, @site, @path, @at, @facts_json)
     on conflict (id, direction) do update set path = excluded.path, at = excluded.at, facts_json = excluded.facts_json`,
  );
  const all = db.prepare<[], BundleRecord>('select * from bundle order by at desc, id');
  const acknowledge = db.prepare(`update bundle set acknowledged_at = ? where id = ? and direction = 'out'`);
  const acknowledged = db.prepare<[string], BundleRecord>(
    `select * from bundle where direction = 'out' and site = ? and acknowledged_at is not null order by at desc limit 1`,
  );
  const imported = db.prepare<[], BundleRecord>(`select * from bundle where direction = 'in' order by at desc`);
  const putInventory = db.prepare(
    `insert or replace into inventory (site, at, path, digests, acknowledges_json) values (@site, @at, @path, @digests, @acknowledges_json)`,
  );
  const inventory = db.prepare<[string], InventoryRecord>('select * from inventory where site = ?');
  const trust = db.prepare(
    'insert or replace into trusted_key (id, name, public_key, added_at) values (@id, @name, @public_key, @added_at)',
  );
  const distrust = db.prepare('delete from trusted_key where id = ?');
  const keys = db.prepare<[], TrustRecord>('select * from trusted_key order by name, id');
  return {
    put: (row: Omit<BundleRecord, 'acknowledged_at'>): void => void put.run(row),
    /** Newest first. */
    all: (): BundleRecord[] => all.all(),
    acknowledge: (id: string, at: string): boolean => acknowledge.run(at, id).changes > 0,
    /** The newest bundle the site said it imported. */
    lastAcknowledged: (site: string): BundleRecord | undefined => acknowledged.get(site),
    imported: (): BundleRecord[] => imported.all(),
    putInventory: (row: InventoryRecord): void => void putInventory.run(row),
    inventory: (site: string): InventoryRecord | undefined => inventory.get(site),
    trust: (row: TrustRecord): void => void trust.run(row),
    distrust: (id: string): boolean => distrust.run(id).changes > 0,
    keys: (): TrustRecord[] => keys.all(),
  };
}
export type BundleRecords = ReturnType<typeof createBundleRecords>;
