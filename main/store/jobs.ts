import type { Job } from '../../shared/contract/app.ts';
import type { Store } from './open.ts';

interface JobRecord extends Omit<Job, 'startedAt' | 'endedAt' | 'fault'> {
  started_at: string;
  ended_at: string | null;
  fault_json: string | null;
}

const view = ({ started_at, ended_at, fault_json, ...row }: JobRecord): Job => ({
  ...row,
  startedAt: started_at,
  ...(ended_at !== null && { endedAt: ended_at }),
  ...(fault_json !== null && { fault: JSON.parse(fault_json) }),
});

/** Queries on jobs. */
export function createJobRecords({ db }: Store) {
  const put = db.prepare(
    `insert into job (id, hub, kind, title, state, done, total, unit, sentence, started_at, ended_at, fault_json)
     values (@id, @hub, @kind, @title, @state, @done, @total, @unit, @sentence, @startedAt, @endedAt, @fault)
     on conflict (id) do update set state = excluded.state, done = excluded.done, total = excluded.total, unit = excluded.unit,
       sentence = excluded.sentence, ended_at = excluded.ended_at, fault_json = excluded.fault_json`,
  );
  const list = db.prepare<[number], JobRecord>(
    `select * from job where ? = 0 or state = 'running' order by started_at desc, id desc limit 200`,
  );
  return {
    put: (job: Job): void =>
      void put.run({ ...job, endedAt: job.endedAt ?? null, fault: job.fault ? JSON.stringify(job.fault) : null }),
    /** Newest first, at most 200. */
    list: (running: boolean): Job[] => list.all(running ? 1 : 0).map(view),
  };
}
export type JobRecords = ReturnType<typeof createJobRecords>;
