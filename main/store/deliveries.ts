import type { z } from 'zod';
import type { DeliveryPhase, DeliveryWay } from '../../shared/contract/modules.ts';
import type { Store } from './open.ts';

/** A delivery as it stands; `state_json` is what its way needs to go on after a restart. */
export interface DeliveryRecord {
  id: string;
  hub: string;
  module: string;
  way: DeliveryWay;
  phase: z.infer<typeof DeliveryPhase>;
  yaml: string;
  canaries_json: string;
  started_at: string;
  ended_at: string | null;
  sentence: string;
  state_json: string;
}

/** Queries on deliveries. */
export function createDeliveryRecords({ db }: Store) {
  const put = db.prepare(
    `insert or replace into delivery (id, hub, module, way, phase, yaml, canaries_json, started_at, ended_at, sentence, state_json)
     values (@id, @hub, @module, @way, @phase, @yaml, @canaries_json, @started_at, @ended_at, @sentence, @state_json)`,
  );
  const one = db.prepare<[string], DeliveryRecord>('select * from delivery where id = ?');
  const running = db.prepare<[string], DeliveryRecord>(
    `select * from delivery where hub = ? and phase not in ('done', 'failed', 'stopped') order by started_at`,
  );
  const list = db.prepare<[string, string, string], DeliveryRecord>(
    `select * from delivery where hub = ? and (? = '' or module = ?) order by started_at desc, id desc limit 100`,
  );
  const last = db.prepare<[string, string], DeliveryRecord>(
    'select * from delivery where hub = ? and module = ? order by started_at desc limit 1',
  );
  return {
    put: (row: DeliveryRecord): void => void put.run(row),
    get: (id: string) => one.get(id),
    running: (hub: string) => running.all(hub),
    /** Newest first, at most 100; all modules for ''. */
    list: (hub: string, module: string) => list.all(hub, module, module),
    last: (hub: string, module: string) => last.get(hub, module),
  };
}
export type DeliveryRecords = ReturnType<typeof createDeliveryRecords>;
