import { randomUUID } from 'node:crypto';
import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Run } from '../../shared/contract/mirror.ts';
import type { Emit } from '../../shared/contract.ts';
import { type Fault, FaultError, fault, toFault } from '../../shared/fault.ts';
import type { Jobs, Progress } from '../jobs/jobs.ts';
import type { RunItem, Runs } from '../store/runs.ts';
import { bytesText, createMeter, runSentence } from './run-progress.ts';

type Input = Record<string, unknown>;

/** What a run is to do: its images in order, known before the first byte. Those with a fault are gaps from the start. */
export interface RunPlan {
  items: readonly { name: string; bytes?: number; fault?: Fault; wanted?: unknown }[];
}

/** How a worker tells what happens. `seq` is the item's place. */
export interface RunReport {
  readonly id: string;
  readonly signal: AbortSignal;
  begin(seq: number, bytes?: number): void;
  /** Further bytes of this item are there; without an item, of the run. Those that were `here` already say nothing about the rate. */
  moved(bytes: number, seq?: number, here?: boolean): void;
  done(seq: number, bytes?: number): void;
  failed(seq: number, why: unknown): void;
  /** All bytes that will move, when known better than by the items. */
  total(bytes: number): void;
  say(sentence: string): void;
}

/** One kind of long work. `work` is called again at a resume, with the items that are not done. */
export interface RunWorker {
  title(run: Run): string;
  plan(input: Input, signal: AbortSignal): Promise<RunPlan>;
  /** Resolves with the closing words where it knows better ones. A thrown fault ends the run as failed; of one image: `failed`. */
  work(items: readonly RunItem[], report: RunReport, input: Input): Promise<string | undefined>;
}

export interface Runner {
  start(kind: Run['kind'], about: { set: string; place: string }, input: Input, wait: boolean): Promise<Run>;
  resume(id: string, wait: boolean): Promise<Run>;
  /** A new run of the failed images of one that ended. */
  retry(id: string, wait: boolean): Promise<Run>;
  pause(id: string): Promise<Run>;
  cancel(id: string): Promise<Run>;
  get(id: string): Run;
  /** Whether any run of these kinds is under way. */
  busy(kinds: readonly Run['kind'][]): boolean;
  close(): Promise<void>;
}

/** Rows and events no more often than this (ms). */
const pace = 500;

/** Runs long mirror work as jobs whose rows outlive the application: paused or cut short, they go on where they stood. */
export function createRunner(deps: {
  runs: Runs;
  jobs: Jobs;
  clock: Clock;
  emit: Emit;
  workers: () => Record<Run['kind'], RunWorker>;
  /** Told when a run has come to a halt, whichever way. */
  ended: (run: Run) => void;
}): Runner {
  const { runs, jobs, clock, emit } = deps;
  const live = new Map<string, { run: Run; job: string; stop?: 'pause' | 'cancel'; ended: Promise<Run> }>();
  runs.interruptOpen();
  const now = () => isoSeconds(clock.now());

  const stored = (id: string) => {
    const record = runs.get(id);
    if (!record) throw fault('run.unknown', `There is no run ${id}.`, 'List the runs and choose one.', { field: 'id' });
    return record;
  };
  /** Counts come from the rows, the rest from memory while it runs. */
  const current = (id: string): Run => {
    const { run } = stored(id);
    const entry = live.get(id);
    return entry
      ? { ...entry.run, images: run.images, imagesDone: run.imagesDone, imagesFailed: run.imagesFailed }
      : run;
  };
  function save(run: Run) {
    runs.update(run);
    emit('mirror.changed', { what: 'runs', id: run.id });
  }

  function launch(id: string, input: Input, planned: boolean): Promise<Run> {
    const worker = deps.workers()[stored(id).run.kind];
    const entry = { run: { ...stored(id).run, state: 'running' as Run['state'] } } as NonNullable<
      ReturnType<typeof live.get>
    >;
    delete entry.run.endedAt;
    delete entry.run.fault;
    live.set(id, entry);
    save(entry.run);
    const { id: job, result } = jobs.run(
      `mirror.${entry.run.kind}`,
      worker.title(entry.run),
      '',
      async (progress, signal) => {
        if (!planned) {
          const { items } = await worker.plan(input, signal);
          runs.addImages(id, items);
        }
        runs.rewind(id);
        const report = reporter(entry, progress, signal);
        const all = runs.items(id);
        // What an earlier part of this run brought counts once; the rest is measured as it comes to light.
        entry.run.bytes = all.reduce((sum, { state, bytes }) => sum + (state === 'done' ? bytes : 0), 0);
        entry.run.bytesDone = entry.run.bytes;
        const items = all.filter(({ state }) => state === 'waiting');
        const words = await worker.work(items, report.of, input);
        report.flush();
        return words;
      },
    );
    entry.job = job;
    entry.ended = result.then(
      (words) => finish(id, words),
      (error) => finish(id, undefined, error),
    );
    return entry.ended;
  }

  function finish(id: string, words: string | undefined, error?: unknown): Run {
    const entry = live.get(id)!;
    const { imagesDone, imagesFailed, images } = current(id);
    const rate = entry.run.bytesPerSecond;
    const base = { ...entry.run, imagesDone, imagesFailed, images, bytesPerSecond: rate, secondsLeft: null };
    live.delete(id);
    const sentence = words ?? runSentence(base);
    const run: Run =
      error === undefined
        ? { ...base, state: imagesFailed > 0 ? 'gaps' : 'done', endedAt: now(), sentence }
        : entry.stop === 'pause'
          ? { ...base, state: 'paused', sentence: `Paused. ${sentence}` }
          : entry.stop === 'cancel'
            ? { ...base, state: 'cancelled', endedAt: now(), sentence: `Cancelled. ${sentence}` }
            : toFault(error).code === 'job.cancelled'
              ? { ...base, state: 'interrupted', sentence: `Interrupted. ${sentence}` }
              : { ...base, state: 'failed', endedAt: now(), sentence: toFault(error).message, fault: toFault(error) };
    runs.rewind(id);
    save(run);
    deps.ended(current(id));
    return current(id);
  }

  function reporter(entry: { run: Run }, progress: Progress, signal: AbortSignal) {
    const { run } = entry;
    const meter = createMeter(() => performance.now());
    const bytes = new Map<number, { bytes: number; done: number }>();
    let told = 0;
    let totalGiven = false;
    const tell = (force = false) => {
      if (!force && performance.now() - told < pace) return;
      told = performance.now();
      run.bytesPerSecond = meter.rate() ?? run.bytesPerSecond;
      const left = run.bytes - run.bytesDone;
      run.secondsLeft = run.bytesPerSecond && left > 0 ? Math.round(left / run.bytesPerSecond) : null;
      for (const [seq, at] of bytes)
        runs.setImage(run.id, seq, { state: 'running', bytes: at.bytes, bytesDone: at.done });
      save(run);
      const rate = run.bytesPerSecond === null ? '' : ` at ${bytesText(run.bytesPerSecond)}/s`;
      const time = run.secondsLeft === null ? '' : `, ${run.secondsLeft} s left`;
      const of = `${bytesText(run.bytesDone)} of ${bytesText(Math.max(run.bytes, run.bytesDone))}`;
      progress({
        done: Math.round(run.bytesDone),
        total: Math.round(run.bytes),
        unit: 'bytes',
        sentence: `${of}${rate}${time}`,
      });
    };
    const of: RunReport = {
      id: run.id,
      signal,
      begin(seq, size = 0) {
        // Sizes come to light one by one: the run's total grows with them unless the worker told it.
        if (!totalGiven) run.bytes += size - (bytes.get(seq)?.bytes ?? 0);
        bytes.set(seq, { bytes: size, done: 0 });
        runs.setImage(run.id, seq, { state: 'running', bytes: size, bytesDone: 0 });
        tell();
      },
      moved(count, seq, here = false) {
        if (!here) {
          meter.add(count);
          run.bytesMoved += count;
        }
        run.bytesDone += count;
        const at = seq === undefined ? undefined : bytes.get(seq);
        if (at) at.done += count;
        tell();
      },
      done(seq, size) {
        const at = bytes.get(seq);
        bytes.delete(seq);
        const all = size ?? at?.bytes ?? 0;
        runs.setImage(run.id, seq, { state: 'done', bytes: all, bytesDone: all });
        tell();
      },
      failed(seq, why) {
        const at = bytes.get(seq);
        bytes.delete(seq);
        runs.setImage(run.id, seq, {
          state: 'failed',
          bytes: at?.bytes ?? 0,
          bytesDone: at?.done ?? 0,
          fault: toFault(why),
        });
        tell();
      },
      total(count) {
        totalGiven = true;
        run.bytes = count;
        tell();
      },
      say(sentence) {
        run.sentence = sentence;
        tell(true);
      },
    };
    return { of, flush: () => tell(true) };
  }

  async function begin(
    kind: Run['kind'],
    about: { set: string; place: string },
    input: Input,
    given?: RunPlan,
  ): Promise<string> {
    const id = randomUUID();
    runs.insert({ id, kind, ...about, startedAt: now() }, input);
    if (given) runs.addImages(id, given.items);
    return id;
  }
  /** With `wait`, a run that failed as a whole rejects with its fault; gaps are an answer, not an error. */
  async function answer(id: string, ended: Promise<Run>, wait: boolean): Promise<Run> {
    if (!wait) return current(id);
    const run = await ended;
    if (run.state === 'failed' && run.fault) throw new FaultError(run.fault);
    return run;
  }
  async function halt(id: string, how: 'pause' | 'cancel'): Promise<Run> {
    const entry = live.get(id);
    if (!entry) {
      const { run } = stored(id);
      if (how === 'cancel' && ['paused', 'interrupted'].includes(run.state)) {
        save({ ...run, state: 'cancelled', endedAt: now(), sentence: 'Cancelled.' });
        return current(id);
      }
      throw fault('run.notRunning', `This run is ${run.state}.`, 'Only what runs can be stopped.', { field: 'id' });
    }
    entry.stop = how;
    jobs.cancel(entry.job);
    return entry.ended;
  }

  return {
    async start(kind, about, input, wait) {
      const id = await begin(kind, about, input);
      return answer(id, launch(id, input, false), wait);
    },
    async resume(id, wait) {
      const { run, input } = stored(id);
      if (live.has(id))
        throw fault('run.running', 'This run is under way.', 'Wait for it, or pause it.', { field: 'id' });
      if (run.state === 'done' || run.state === 'cancelled') {
        throw fault('run.over', `This run is ${run.state}.`, 'Start a new one.', { field: 'id' });
      }
      // Cut short before its images were known: it begins anew.
      return answer(id, launch(id, input, run.images > 0), wait);
    },
    async retry(id, wait) {
      const { run, input } = stored(id);
      if (live.has(id)) throw fault('run.running', 'This run is under way.', 'Wait for its end.', { field: 'id' });
      const items = runs.items(id).filter(({ state }) => state === 'failed');
      if (items.length === 0)
        throw fault('run.noGaps', 'No image of this run failed.', 'There is nothing to retry.', { field: 'id' });
      // What could not even be resolved has nothing to go on with: then the whole is looked up anew.
      const resolvable = items.every(({ wanted }) => Object.keys(wanted as object).length > 0);
      const again = await begin(
        run.kind,
        { set: run.set, place: run.place },
        input,
        resolvable ? { items } : undefined,
      );
      return answer(again, launch(again, input, resolvable), wait);
    },
    pause: (id) => halt(id, 'pause'),
    cancel: (id) => halt(id, 'cancel'),
    get: current,
    busy: (kinds) => [...live.values()].some(({ run }) => kinds.includes(run.kind)),
    async close() {
      await Promise.allSettled([...live.values()].map(({ ended }) => ended));
    },
  };
}
