import type { Run } from '../../../shared/contract/mirror.ts';
import { toFault } from '../../../shared/fault.ts';
import type { Progress } from '../../jobs/jobs.ts';
import type { RunItem, Runs } from '../../store/runs.ts';
import { createRunBytes } from './run-bytes.ts';
import { progressText } from './run-outcome.ts';
import { createMeter } from './run-progress.ts';

/** How a worker tells what happens. `seq` is the item's place. */
export interface RunReport {
  readonly id: string;
  readonly signal: AbortSignal;
  /** What an earlier part of this run has done. */
  readonly had: readonly RunItem[];
  /** Bytes by item that a plan counted, each blob at one item only: the run's total until the images themselves are known. */
  planned(shares: ReadonlyMap<number, number>): void;
  begin(seq: number, bytes?: number): void;
  /** What an item consists of, sizes by digest: what several items need counts once in the run. Also of items that were `had`. */
  sized(seq: number, sizes: ReadonlyMap<string, number>): void;
  /**
   * Further bytes of this item are there, of that blob where its blobs are known; without an item, of the run. Those that were `here`
   * already say nothing about the rate.
   */
  moved(bytes: number, seq?: number, here?: boolean, digest?: string): void;
  done(seq: number, bytes?: number): void;
  failed(seq: number, why: unknown): void;
  /** All bytes that will move, when known better than by the items. */
  total(bytes: number): void;
  /** Something to know that is no failure; told at the end. */
  note(sentence: string): void;
}

/** Rows and events no more often than this (ms). */
const pace = 500;
/** Time left is told when at most this share of the images is still of unknown size. */
const mayBeUnknown = 0.05;

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((all, size) => all + size, 0);

/** Keeps a run's counts, rate and time left while its worker reports; `flush` tells the last of it. */
export function createReporter(deps: {
  run: Run;
  runs: Pick<Runs, 'setImage'>;
  /** What is to do now, and what was done before. */
  items: readonly RunItem[];
  had: readonly RunItem[];
  progress: Progress;
  signal: AbortSignal;
  save: (run: Run) => void;
  note: (sentence: string) => void;
}): { of: RunReport; flush: () => void } {
  const { run, runs, items, had, progress, signal, save, note } = deps;
  const meter = createMeter(() => performance.now());
  // Images share much: time left goes by what is dealt with, not by what travels.
  const pacing = createMeter(() => performance.now());
  const active = new Map<number, { bytes: number; done: number }>();
  const sizes = new Map(items.map(({ seq, bytes }) => [seq, bytes]));
  const unsized = new Set(items.map(({ seq }) => seq));
  let shares: ReadonlyMap<number, number> = new Map();
  const lost = new Set<number>();
  const bytes = createRunBytes();
  let told = 0;
  let given: number | undefined;
  let loose = 0;
  let expected = 0;

  const single = (seq: number, size: number) => bytes.claim(seq, new Map([[`#${seq}`, size]]));
  for (const { seq, bytes: size } of had) {
    single(seq, size);
    bytes.done(seq);
  }
  const count = () => {
    const before = run.bytesDone;
    run.bytes = given ?? (shares.size > 0 ? Math.max(bytes.bytes, expected) : bytes.bytes + expected);
    run.bytesDone = loose + (given === undefined ? bytes.bytesDone : 0);
    return run.bytesDone - before;
  };
  /** What is still to come to light: of a plan as a whole, else of each item by itself. */
  const expect = () => {
    const of = shares.size > 0 ? [...shares].map(([seq, share]) => (lost.has(seq) ? 0 : share)) : rowSizes(unsized);
    expected = unsized.size === 0 ? 0 : sum(of);
  };
  const rowSizes = (seqs: Iterable<number>) => [...seqs].map((seq) => sizes.get(seq) ?? 0);
  expect();
  count();
  const tell = (force = false) => {
    if (!force && performance.now() - told < pace) return;
    told = performance.now();
    run.bytesPerSecond = meter.rate() ?? run.bytesPerSecond;
    const left = run.bytes - run.bytesDone;
    const unknown = [...unsized].filter((seq) => !shares.has(seq) && !sizes.get(seq)).length;
    const enough = given !== undefined || unknown <= items.length * mayBeUnknown;
    const speed = pacing.rate();
    run.secondsLeft = speed !== null && enough && left > 0 ? Math.round(left / speed) : null;
    for (const [seq, at] of active)
      runs.setImage(run.id, seq, { state: 'running', bytes: at.bytes, bytesDone: at.done });
    save(run);
    progress({
      done: Math.round(run.bytesDone),
      total: Math.round(Math.max(run.bytes, run.bytesDone)),
      unit: 'bytes',
      sentence: progressText(run),
    });
  };
  const at = (seq: number) => active.get(seq) ?? { bytes: sizes.get(seq) ?? 0, done: 0 };
  const beginning = (seq: number, size?: number) => {
    const row = at(seq);
    if (size !== undefined) row.bytes = size;
    active.set(seq, row);
    runs.setImage(run.id, seq, { state: 'running', bytes: row.bytes, bytesDone: row.done });
    tell();
  };
  const known = (seq: number) => {
    if (unsized.delete(seq)) expect();
    count();
  };
  const over = (seq: number) => {
    active.delete(seq);
    known(seq);
    tell();
  };

  const of: RunReport = {
    ...{ id: run.id, signal, had, note },
    planned(better) {
      shares = better;
      expect();
      count();
      tell();
    },
    begin(seq, size) {
      if (size !== undefined) {
        single(seq, size);
        known(seq);
      }
      beginning(seq, size);
    },
    sized(seq, all) {
      bytes.claim(seq, all);
      sizes.set(seq, sum(all.values()));
      known(seq);
      if (active.has(seq)) beginning(seq, sizes.get(seq));
    },
    moved(more, seq, here = false, digest = `#${seq}`) {
      if (!here) {
        meter.add(more);
        run.bytesMoved += more;
      }
      if (seq === undefined) loose += more;
      else {
        bytes.add(seq, digest, more);
        const row = active.get(seq);
        if (row) row.done += more;
      }
      pacing.add(count());
      tell();
    },
    done(seq, size) {
      const all = size ?? at(seq).bytes;
      if (!bytes.knows(seq)) single(seq, all);
      bytes.done(seq);
      runs.setImage(run.id, seq, { state: 'done', bytes: all, bytesDone: all });
      over(seq);
    },
    failed(seq, why) {
      const row = at(seq);
      bytes.failed(seq);
      // What will not come is not waited for.
      lost.add(seq);
      expect();
      runs.setImage(run.id, seq, { state: 'failed', bytes: row.bytes, bytesDone: row.done, fault: toFault(why) });
      over(seq);
    },
    total(all) {
      given = all;
      count();
      tell();
    },
  };
  const flush = () => {
    count();
    tell(true);
  };
  return { of, flush };
}
