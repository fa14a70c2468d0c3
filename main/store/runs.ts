import type { Run, RunImage } from '../../shared/contract/mirror.ts';
import type { Fault } from '../../shared/fault.ts';
import type { Store } from './open.ts';

interface StoredRun {
  id: string;
  kind: Run['kind'];
  state: Run['state'];
  set_name: string;
  place: string;
  images: number;
  images_done: number;
  images_failed: number;
  bytes: number;
  bytes_done: number;
  bytes_moved: number;
  rate: number | null;
  started_at: string;
  ended_at: string | null;
  sentence: string;
  fault_json: string | null;
  input_json: string;
}
interface StoredImage {
  seq: number;
  name: string;
  state: RunImage['state'];
  bytes: number;
  bytes_done: number;
  fault_json: string | null;
  wanted_json: string;
}

/** One image of a run as its worker sees it: `wanted` is the worker's own JSON. */
export interface RunItem {
  seq: number;
  name: string;
  state: RunImage['state'];
  bytes: number;
  wanted: unknown;
}
export interface RunRecord {
  run: Run;
  /** What the command asked for; a resumed run starts from it. */
  input: Record<string, unknown>;
}

const counted = `(select count(*) from run_image where run = run.id) as images,
  (select count(*) from run_image where run = run.id and run_image.state = 'done') as images_done,
  (select count(*) from run_image where run = run.id and run_image.state = 'failed') as images_failed`;

const read = (row: StoredRun): Run => ({
  ...{ id: row.id, kind: row.kind, state: row.state, set: row.set_name, place: row.place, images: row.images },
  ...{ imagesDone: row.images_done, imagesFailed: row.images_failed, bytes: row.bytes, bytesDone: row.bytes_done },
  bytesMoved: row.bytes_moved,
  bytesPerSecond: row.rate,
  secondsLeft:
    row.state === 'running' && row.rate && row.bytes > 0
      ? Math.max(0, Math.round((row.bytes - row.bytes_done) / row.rate))
      : null,
  startedAt: row.started_at,
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
  sentence: row.sentence,
  ...(row.fault_json !== null && { fault: JSON.parse(row.fault_json) as Fault }),
});
const readImage = (row: StoredImage): RunImage => ({
  ...{ name: row.name, state: row.state, bytes: row.bytes, bytesDone: row.bytes_done },
  ...(row.fault_json !== null && { fault: JSON.parse(row.fault_json) as Fault }),
});

/** Queries on runs of the mirror and their images. */
export function createRuns(store: Store) {
  const { db } = store;
  const insert = db.prepare(
    `insert into run (id, kind, state, set_name, place, started_at, input_json) values (?, ?, 'running', ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `update run set state = @state, bytes = @bytes, bytes_done = @bytesDone, bytes_moved = @bytesMoved, rate = @rate, ended_at = @endedAt, sentence = @sentence,
       fault_json = @fault where id = @id`,
  );
  const addImage = db.prepare(
    'insert or replace into run_image (run, seq, name, state, bytes, bytes_done, fault_json, wanted_json) values (?, ?, ?, ?, ?, 0, ?, ?)',
  );
  const setImage = db.prepare(
    'update run_image set state = ?, bytes = ?, bytes_done = ?, fault_json = ? where run = ? and seq = ?',
  );
  const interrupted = db.prepare(
    `update run set state = 'interrupted', sentence = 'The application ended while this was running; resume it to go on.' where state = 'running'`,
  );
  const cutShort = db.prepare(
    `update run_image set state = 'waiting' where state = 'running' and run in (select id from run where state = 'interrupted')`,
  );
  const unfinished = db.prepare(`update run_image set state = ? where run = ? and state in ('running', 'waiting')`);
  const one = db.prepare<[string], StoredRun>(`select run.*, ${counted} from run where id = ?`);
  const page = db.prepare<[number, number], StoredRun>(
    `select run.*, ${counted} from run order by started_at desc, id limit ? offset ?`,
  );
  const total = db.prepare<[], number>('select count(*) from run').pluck();
  const items = db.prepare<[object], StoredImage>(
    'select * from run_image where run = @id and (@state is null or state = @state) order by seq',
  );
  const sizes = db.prepare<[string], { waiting: number; done: number }>(
    `select coalesce(sum(bytes) filter (where state = 'waiting'), 0) as waiting,
       coalesce(sum(bytes) filter (where state = 'done'), 0) as done from run_image where run = ?`,
  );
  const verified = db.prepare<[], { at: string; id: string }>(
    `select ended_at as at, id from run where kind = 'verify' and state in ('done', 'gaps') order by ended_at desc limit 1`,
  );
  const setsPulled = db.prepare<[], string>(`select distinct set_name from run where kind = 'pull'`).pluck();
  const namesImported = db
    .prepare<[], string>(
      `select distinct name from run_image join run on run.id = run where kind = 'import' and run_image.state = 'done'`,
    )
    .pluck();
  const where = `where run = @id and (@search = '' or instr(name, @search) > 0)
    and (@states = '[]' or state in (select value from json_each(@states)))`;
  const count = db.prepare<[object], number>(`select count(*) from run_image ${where}`).pluck();
  const images = db.prepare<[object], StoredImage>(
    `select * from run_image ${where} order by case state when 'failed' then 0 when 'running' then 1 when 'waiting' then 2 else 3 end, seq
     limit @limit offset @offset`,
  );
  const rate = db
    .prepare<[string], number>(
      // A run that moved next to nothing measured requests, not the line.
      `select rate from run where kind = ? and rate is not null
       order by bytes_moved < 1048576, started_at desc, id limit 1`,
    )
    .pluck();
  return {
    insert: (run: Pick<Run, 'id' | 'kind' | 'set' | 'place' | 'startedAt'>, input: unknown): void =>
      void insert.run(run.id, run.kind, run.set, run.place, run.startedAt, JSON.stringify(input)),
    /** Writes what changes while it runs; counts of images come from their rows. */
    update: (run: Run): void =>
      void update.run({
        ...{
          id: run.id,
          state: run.state,
          bytes: run.bytes,
          bytesDone: run.bytesDone,
          bytesMoved: run.bytesMoved,
          rate: run.bytesPerSecond,
        },
        ...{
          endedAt: run.endedAt ?? null,
          sentence: run.sentence,
          fault: run.fault ? JSON.stringify(run.fault) : null,
        },
      }),
    addImages(run: string, list: readonly { name: string; bytes?: number; fault?: Fault; wanted?: unknown }[]): void {
      store.transaction(() => {
        list.forEach(({ name, bytes = 0, fault, wanted = {} }, seq) => {
          const why = fault ? JSON.stringify(fault) : null;
          addImage.run(run, seq, name, fault ? 'failed' : 'waiting', bytes, why, JSON.stringify(wanted));
        });
      });
    },
    setImage: (run: string, seq: number, image: Omit<RunImage, 'name'>): void =>
      void setImage.run(
        ...[image.state, image.bytes, image.bytesDone, image.fault ? JSON.stringify(image.fault) : null, run, seq],
      ),
    /** Runs that a crash or the end of the application cut short. */
    interruptOpen: (): void =>
      store.transaction(() => {
        interrupted.run();
        cutShort.run();
      }),
    /** Images that were under way wait again. */
    rewind: (run: string): void => void unfinished.run('waiting', run),
    /** Nobody will come for what is not done. */
    leave: (run: string): void => void unfinished.run('left', run),
    get(id: string): RunRecord | undefined {
      const row = one.get(id);
      return row && { run: read(row), input: JSON.parse(row.input_json) as Record<string, unknown> };
    },
    page: (offset: number, limit: number) => ({ total: total.get() ?? 0, runs: page.all(limit, offset).map(read) }),
    /** All images, or those in one state. */
    items: (id: string, state: RunImage['state'] | null = null): RunItem[] =>
      items.all({ id, state }).map(({ seq, name, state, bytes, wanted_json }) => ({
        ...{ seq, name, state, bytes },
        wanted: JSON.parse(wanted_json) as unknown,
      })),
    images(asked: { id: string; state: readonly string[]; search: string; offset: number; limit: number }) {
      const given = { ...asked, states: JSON.stringify(asked.state), state: undefined };
      return { total: count.get(given) ?? 0, rows: images.all(given).map(readImage) };
    },
    /** Bytes of its images, as far as known. */
    sizes: (id: string): { waiting: number; done: number } => sizes.get(id) ?? { waiting: 0, done: 0 },
    /** The last verification of the store that came to its end, and the digests its images lacked. */
    lastVerified(): { at: string; damaged: string[] } | undefined {
      const last = verified.get();
      if (!last) return undefined;
      const faults = images.all({ id: last.id, states: '["failed"]', search: '', limit: -1, offset: 0 }).map(readImage);
      return { at: last.at, damaged: [...new Set(faults.flatMap(({ fault }) => fault?.about ?? []))].sort() };
    },
    /** Sets that were pulled on this laptop, whichever way it ended. */
    setsPulled: (): ReadonlySet<string> => new Set(setsPulled.all()),
    /** Images, and files of sets, that bundles brought. */
    namesImported: (): ReadonlySet<string> => new Set(namesImported.all()),
    /** Bytes per second of the newest run of that kind that moved enough to tell (1 MiB), else of the newest that moved any. */
    lastRate: (kind: Run['kind']): number | null => rate.get(kind) ?? null,
  };
}
export type Runs = ReturnType<typeof createRuns>;
