import type { z } from 'zod';
import type { FeedState } from '../../shared/contract/hubs.ts';
import type { Fault } from '../../shared/fault.ts';
import type { Store } from './open.ts';

/** A feed as stored, so that a restart resumes. `resource_version` '' means: list again. Times are ours. */
export interface FeedRecord {
  hub: string;
  kind: string;
  state: z.infer<typeof FeedState>['state'];
  resource_version: string;
  fresh_at: string | null;
  /** When the last full list was complete; null before the first. */
  listed_at: string | null;
  fault_json: string | null;
}

/** Queries on feeds. */
export function createFeedRecords({ db }: Store) {
  const one = db.prepare<[string, string], FeedRecord>('select * from feed where hub = ? and kind = ?');
  const all = db.prepare<[string], FeedRecord>('select * from feed where hub = ? order by kind');
  const put = db.prepare(
    `insert into feed (hub, kind, state, fault_json) values (?, ?, ?, ?)
     on conflict (hub, kind) do update set state = excluded.state, fault_json = excluded.fault_json`,
  );
  const progress = db.prepare('update feed set resource_version = ?, fresh_at = ? where hub = ? and kind = ?');
  const listed = db.prepare(
    'update feed set resource_version = ?, fresh_at = ?, listed_at = ? where hub = ? and kind = ?',
  );
  const forget = db.prepare(`update feed set resource_version = '' where hub = ? and kind = ?`);
  const stopAll = db.prepare(`update feed set state = 'stopped' where hub = ?`);
  const rows = db.prepare<[string], { kind: string; n: number }>(
    'select kind, count(*) n from object where hub = ? group by kind',
  );
  return {
    get: (hub: string, kind: string) => one.get(hub, kind),
    all: (hub: string) => all.all(hub),
    setState: (hub: string, kind: string, state: FeedRecord['state'], fault?: Fault): void =>
      void put.run(hub, kind, state, fault ? JSON.stringify(fault) : null),
    /** The feed has come this far; written with the rows it brought. */
    progress: (hub: string, kind: string, resourceVersion: string, freshAt: string): void =>
      void progress.run(resourceVersion, freshAt, hub, kind),
    /** A full list is in. */
    listed: (hub: string, kind: string, resourceVersion: string, at: string): void =>
      void listed.run(resourceVersion, at, at, hub, kind),
    /** Makes the next start of this feed a full list. */
    forget: (hub: string, kind: string): void => void forget.run(hub, kind),
    stopAll: (hub: string): void => void stopAll.run(hub),
    /** Objects kept, by kind. */
    rows: (hub: string): Map<string, number> => new Map(rows.all(hub).map(({ kind, n }) => [kind, n])),
  };
}
export type FeedRecords = ReturnType<typeof createFeedRecords>;
