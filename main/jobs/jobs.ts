import { randomUUID } from 'node:crypto';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Job } from '../../shared/contract/app.ts';
import type { Emit, Handlers } from '../../shared/contract.ts';
import { fault, toFault } from '../../shared/fault.ts';
import { createJobRecords } from '../store/jobs.ts';
import type { Store } from '../store/open.ts';

/**
 * What a job says of itself while it works; what is left out stays as it was. With `gaps` it ends as done but for some of it; with `waits`
 * what it throws next is no failure: it waits for a person, and is gone on with.
 */
export type Progress = (
  step: Partial<Pick<Job, 'done' | 'total' | 'unit' | 'sentence'>> & { gaps?: boolean; waits?: boolean },
) => void;
export type Work<T> = (progress: Progress, signal: AbortSignal) => Promise<T>;

export interface Jobs {
  readonly handlers: Pick<Handlers, 'jobs.list' | 'jobs.cancel'>;
  /** Runs long work as a job. Rejects with what `work` throws; the row says the same. */
  run<T>(kind: string, title: string, hub: string, work: Work<T>): { id: string; result: Promise<T> };
  /** `as`: whether it can be gone on with. Fault job.unknown when no such job runs. */
  cancel(id: string, as?: 'cancelled' | 'paused'): void;
  list(running?: boolean): Job[];
  /** Cancels what runs and waits for it. */
  close(): Promise<void>;
}

/** A row and an event no more often than this (ms), whatever the work's own pace. */
const pace = 250;

/** Jobs of this engine. One that a crash cut short is shown as failed, with that reason, from the next start on. */
export function createJobs({ store, clock, emit }: { store: Store; clock: Clock; emit: Emit }): Jobs {
  const records = createJobRecords(store);
  const running = new Map<
    string,
    { job: Job; stop: AbortController; stopped: 'cancelled' | 'paused'; result: Promise<unknown> }
  >();
  const now = () => isoSeconds(clock.now());

  for (const job of records.list(true)) {
    const reason = fault('job.interrupted', 'The application ended while this was running.', 'Start it again.').fault;
    records.put({ ...job, state: 'failed', endedAt: now(), sentence: reason.message, fault: reason });
  }

  function tell(job: Job) {
    records.put(job);
    emit('job.changed', job);
  }

  function run<T>(kind: string, title: string, hub: string, work: Work<T>) {
    const stop = new AbortController();
    const id = randomUUID();
    let job: Job = {
      ...{ id, hub, kind, title, state: 'running', done: 0, total: 0, unit: '', sentence: '' },
      startedAt: now(),
    };
    let told = Number.NEGATIVE_INFINITY;
    let good: 'done' | 'gaps' = 'done';
    let waiting = false;
    const progress: Progress = ({ gaps, waits, ...step }) => {
      if (job.state !== 'running') return;
      if (gaps !== undefined) good = gaps ? 'gaps' : 'done';
      waiting = waits ?? waiting;
      job = { ...job, ...step };
      running.get(id)!.job = job;
      if (clock.now() - told < pace) return;
      told = clock.now();
      tell(job);
    };
    const end = (state: Job['state'], rest: Partial<Job> = {}) => {
      job = { ...job, ...rest, state, endedAt: now() };
      running.delete(id);
      tell(job);
    };
    tell(job);
    // Started in a later turn, so that the caller holds the id before the first progress.
    const result = Promise.resolve()
      .then(() => work(progress, stop.signal))
      .then(
        (value) => {
          end(good);
          return value;
        },
        (error) => {
          const stopped = running.get(id)?.stopped ?? 'cancelled';
          if (stop.signal.aborted) end(stopped, { sentence: stopped === 'paused' ? 'Paused.' : 'Cancelled.' });
          else if (waiting) end('paused', { sentence: `${toFault(error).message} ${toFault(error).remedy}` });
          else end('failed', { fault: toFault(error), sentence: toFault(error).message });
          throw error;
        },
      );
    // The row tells the failure; a caller who does not wait must not bring the engine down.
    result.catch(() => undefined);
    running.set(id, { job, stop, stopped: 'cancelled', result });
    return { id, result };
  }

  function cancel(id: string, as: 'cancelled' | 'paused' = 'cancelled') {
    const entry = running.get(id);
    if (!entry) throw fault('job.unknown', 'This job is not running.', 'Look at the list of jobs.', { field: 'id' });
    entry.stopped = as;
    entry.stop.abort(fault('job.cancelled', 'Cancelled.', 'Start it again when you want to go on.'));
  }

  const list = (only = false): Job[] => {
    // What runs is told from memory: its row may be up to `pace` older.
    const rows = records.list(only);
    return rows.map((row) => running.get(row.id)?.job ?? row);
  };

  return {
    handlers: {
      'jobs.list': ({ running: only }) => ({ jobs: list(only) }),
      'jobs.cancel': ({ id }) => {
        cancel(id);
        return {};
      },
    },
    run,
    cancel,
    list,
    async close() {
      const entries = [...running.values()];
      for (const { stop } of entries)
        stop.abort(fault('job.cancelled', 'The application was closed.', 'Start it again.'));
      await Promise.allSettled(entries.map(({ result }) => result));
    },
  };
}
