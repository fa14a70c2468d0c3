import { randomUUID } from 'node:crypto';
import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Run } from '../../../shared/contract/mirror.ts';
import type { Emit } from '../../../shared/contract.ts';
import { type Fault, FaultError, fault } from '../../../shared/fault.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { RunItem, Runs } from '../../store/runs.ts';
import { onlyRetried } from './retried.ts';
import { goesOn, isOver, outcome, stateText, waitsForDisk } from './run-outcome.ts';
import { runSentence } from './run-progress.ts';
import { createReporter, type RunReport } from './run-reporter.ts';

type Input = Record<string, unknown>;

/** What a run is to do: its images in order, with bytes as far as known. Those with a fault are gaps from the start. */
export interface RunPlan {
  items: readonly { name: string; bytes?: number; fault?: Fault; wanted?: unknown }[];
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
  /** `change`: what is different this time, such as where the disks are. */
  resume(id: string, wait: boolean, change?: Input): Promise<Run>;
  /**
   * A new run of the failed images of one that ended; where they must be looked up anew, also of images that are new since. `change` as for
   * resume, `place` where that says where it goes now.
   */
  retry(id: string, wait: boolean, change?: Input, place?: string): Promise<Run>;
  pause(id: string): Promise<Run>;
  cancel(id: string): Promise<Run>;
  get(id: string): Run;
  /** Whether any run of these kinds is under way. */
  busy(kinds: readonly Run['kind'][]): boolean;
  close(): Promise<void>;
}

interface Live {
  run: Run;
  job: string;
  signal?: AbortSignal;
  stop?: 'pause' | 'cancel';
  /** When its work began (performance.now) and what earlier parts of it had moved. */
  began: number;
  movedBefore: number;
  notes: string[];
  ended: Promise<Run> | undefined;
}

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
  const live = new Map<string, Live>();
  runs.interruptOpen();
  const now = () => isoSeconds(clock.now());

  const stored = (id: string) => {
    const record = runs.get(id);
    if (!record)
      throw fault('run.unknown', `There is no run ${id}.`, 'List the runs and choose one: `cli mirror runs`.', {
        field: 'id',
      });
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
    const run: Run = { ...stored(id).run, state: 'running', sentence: '', secondsLeft: null };
    delete run.endedAt;
    delete run.fault;
    const entry: Live = {
      run,
      job: '',
      began: performance.now(),
      movedBefore: run.bytesMoved,
      notes: [],
      ended: undefined,
    };
    live.set(id, entry);
    save(entry.run);
    const { id: job, result } = jobs.run(
      `mirror.${entry.run.kind}`,
      worker.title(entry.run),
      '',
      async (progress, signal) => {
        entry.signal = signal;
        signal.throwIfAborted();
        if (!planned) {
          const { items } = await worker.plan(input, signal);
          signal.throwIfAborted();
          const { retryOf } = input;
          const retried = typeof retryOf === 'string' ? onlyRetried(runs, retryOf, items) : { items, note: '' };
          if (retried.note !== '') entry.notes.push(retried.note);
          runs.addImages(id, retried.items);
        }
        runs.rewind(id);
        const items = runs.items(id, 'waiting');
        entry.began = performance.now();
        const report = createReporter({
          ...{ run, runs, items, progress, signal, save },
          had: runs.items(id, 'done'),
          note: (sentence) => void entry.notes.push(sentence),
        });
        const words = await worker.work(items, report.of, input).catch((error) => {
          if (waitsForDisk(error)) progress({ waits: true });
          throw error;
        });
        report.flush();
        // The list of jobs says what came of it, not what was counted last.
        const ran = current(id);
        progress({ sentence: words ?? runSentence(ran), gaps: ran.imagesFailed > 0 });
        return words;
      },
    );
    entry.job = job;
    entry.ended = result.then(
      (words) => finish(id, entry, words),
      (error) => finish(id, entry, undefined, error),
    );
    return entry.ended;
  }

  function finish(id: string, entry: Live, words: string | undefined, error?: unknown): Run {
    const { imagesDone, imagesFailed, images } = current(id);
    const { bytesMoved } = entry.run;
    // The last seconds were of small images: what plans ask for is the rate over the whole.
    const ms = performance.now() - entry.began;
    const moved = bytesMoved - entry.movedBefore;
    const rate = moved > 0 && ms > 0 ? (moved / ms) * 1000 : entry.run.bytesPerSecond;
    const base = { ...entry.run, imagesDone, imagesFailed, images, bytesPerSecond: rate, secondsLeft: null };
    live.delete(id);
    // The history keeps only sentences: one reason at least stands in it.
    const [gap] = runs.images({ id, state: ['failed'], search: '', offset: 0, limit: 1 }).rows;
    const notes = [...(gap?.fault ? [`First: ${gap.fault.message}`] : []), ...entry.notes];
    const end = outcome(base, { ...entry, notes, error, words });
    if (end.state === 'cancelled') runs.leave(id);
    else runs.rewind(id);
    save({ ...base, ...end, ...(!goesOn.has(end.state) && { endedAt: now() }) });
    const run = current(id);
    deps.ended(run);
    return run;
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
        runs.leave(id);
        save({ ...run, state: 'cancelled', endedAt: now(), sentence: `Cancelled. ${runSentence(run)}` });
        return current(id);
      }
      const remedy = isOver(run) ? 'There is nothing to stop.' : `Go on with it: \`cli mirror resume --id ${id}\`.`;
      throw fault('run.notRunning', `This run ${stateText[run.state]}.`, remedy, { field: 'id' });
    }
    if (!entry.ended) throw fault('internal', 'This run has not begun.', 'Report this.');
    entry.stop = how;
    // It may have ended by itself a moment ago: then that is the answer.
    if (jobs.list(true).some((job) => job.id === entry.job))
      jobs.cancel(entry.job, how === 'pause' ? 'paused' : 'cancelled');
    return entry.ended;
  }

  return {
    async start(kind, about, input, wait) {
      const id = await begin(kind, about, input);
      return answer(id, launch(id, input, false), wait);
    },
    async resume(id, wait, change = {}) {
      const { run, input: before } = stored(id);
      const input = { ...before, ...change };
      if (live.has(id))
        throw fault('run.running', 'This run is under way.', 'Wait for it, or pause it.', { field: 'id' });
      if (isOver(run)) {
        const remedy =
          run.state === 'gaps' ? `Retry those that failed: \`cli mirror retry --id ${id}\`.` : 'Start a new one.';
        throw fault('run.over', `This run ${stateText[run.state]}.`, remedy, { field: 'id' });
      }
      // Cut short before its images were known: it begins anew.
      return answer(id, launch(id, input, run.images > 0), wait);
    },
    async retry(id, wait, change = {}, place) {
      const { run, input: before } = stored(id);
      const input = { ...before, ...change };
      if (live.has(id)) throw fault('run.running', 'This run is under way.', 'Wait for its end.', { field: 'id' });
      const items = runs.items(id, 'failed');
      if (items.length === 0) {
        const remedy = isOver(run) ? 'There is nothing to retry.' : `Go on with it: \`cli mirror resume --id ${id}\`.`;
        throw fault('run.noGaps', 'No image of this run failed.', remedy, { field: 'id' });
      }
      // What could not even be resolved has nothing to go on with: then all is looked up anew, and only what is missing is done.
      const resolvable = items.every(({ wanted }) => Object.keys(wanted as object).length > 0);
      const asked = { ...input, retryOf: id };
      const again = await begin(
        run.kind,
        { set: run.set, place: place ?? run.place },
        asked,
        resolvable ? { items } : undefined,
      );
      return answer(again, launch(again, asked, resolvable), wait);
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
