import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import type { Run } from '../../../shared/contract/mirror.ts';
import { fault } from '../../../shared/fault.ts';
import { createJobs, type Jobs } from '../../jobs/jobs.ts';
import { openStore, type Store } from '../../store/open.ts';
import { createRuns, type RunItem, type Runs } from '../../store/runs.ts';
import { refusal } from '../../testing/test-engine.ts';
import type { RunReport } from './run-reporter.ts';
import { createRunner, type Runner, type RunPlan, type RunWorker } from './runner.ts';

/** The runner on a real database with real jobs; what a worker does is the test's. */
let folder: string;
let store: Store;
let jobs: Jobs;
let runs: Runs;
let runner: Runner;
let planned: RunPlan['items'];
let calls: string[];
let looking: Promise<void> | undefined;
let ended: Run[];
let work: (items: readonly RunItem[], report: RunReport) => Promise<string | undefined>;
const clock = systemClock();

const worker: RunWorker = {
  title: ({ set }) => `Work on ${set}`,
  async plan() {
    calls.push('plan');
    await looking;
    return { items: planned };
  },
  work(items, report) {
    calls.push(`work ${items.map(({ name }) => name).join(' ')}`);
    return work(items, report);
  },
};

function open() {
  store = openStore(join(folder, 'bastion.db'), { clock });
  jobs = createJobs({ store, clock, emit: () => {} });
  runs = createRuns(store);
  runner = createRunner({
    ...{ runs, jobs, clock, emit: () => {}, ended: (run: Run) => void ended.push(run) },
    workers: () => ({ pull: worker, push: worker, export: worker, import: worker, verify: worker }),
  });
}
/** As the engine closes. */
async function shut() {
  await jobs.close();
  await runner.close();
  store.close();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
  calls = [];
  looking = undefined;
  ended = [];
  planned = ['a', 'b', 'c'].map((name) => ({ name, bytes: 100, wanted: { image: name } }));
  work = async (items, report) => {
    for (const { seq } of items) {
      report.begin(seq, 100);
      report.moved(100, seq);
      report.done(seq);
    }
    return undefined;
  };
  open();
});
afterEach(async () => {
  await shut();
  rmSync(folder, { recursive: true, force: true });
});

const start = (wait = true) => runner.start('pull', { set: 's', place: '' }, { set: 's' }, wait);
const states = (id: string) => runs.items(id).map(({ name, state }) => `${name} ${state}`);
/** Does one image, then waits until it is stopped. */
const oneThenWait = async (items: readonly RunItem[], report: RunReport) => {
  const [first, second] = items;
  report.begin(first!.seq, 100);
  report.moved(100, first!.seq);
  report.done(first!.seq);
  if (!second) return undefined;
  report.begin(second.seq, 100);
  report.moved(40, second.seq);
  return new Promise<undefined>((_, reject) => {
    // Workers have words of their own for being stopped.
    report.signal.addEventListener('abort', () => reject(new Error('socket closed')), { once: true });
  });
};
const untilDone = (id: string, count: number) =>
  expect.poll(() => runner.get(id).imagesDone, { timeout: 5000 }).toBe(count);

test('a run counts its images and bytes and says what it came to', async () => {
  const run = await start();
  expect(run).toMatchObject({
    ...{ state: 'done', images: 3, imagesDone: 3, imagesFailed: 0, bytes: 300, bytesDone: 300, bytesMoved: 300 },
    ...{ secondsLeft: null, sentence: '3 of 3 fetched, 300 B moved.' },
  });
  expect(run.endedAt).toBeDefined();
  expect(run.bytesPerSecond).toBeGreaterThan(0);
  expect(ended.map(({ state }) => state)).toEqual(['done']);
  expect(runner.get(run.id)).toEqual(run);
});

test('without waiting the answer comes at once, while it runs', async () => {
  work = oneThenWait;
  const run = await start(false);
  expect(run).toMatchObject({ state: 'running', imagesDone: 0 });
  await untilDone(run.id, 1);
  expect(runner.busy(['pull'])).toBe(true);
  expect(runner.busy(['push'])).toBe(false);
});

test('paused and resumed, it goes on with what is not done, and counts what was done once', async () => {
  work = oneThenWait;
  const { id } = await start(false);
  await untilDone(id, 1);
  const paused = await runner.pause(id);
  expect(paused).toMatchObject({ state: 'paused', imagesDone: 1, imagesFailed: 0 });
  expect(paused.endedAt).toBeUndefined();
  expect(paused.sentence).toMatch(/^Paused\. 1 of 3 fetched/);
  expect(states(id)).toEqual(['a done', 'b waiting', 'c waiting']);
  expect(jobs.list()).toMatchObject([{ state: 'paused' }]);
  expect(await refusal(() => runner.pause(id))).toMatchObject({
    ...{ code: 'run.notRunning', message: 'This run is paused.', remedy: expect.stringContaining('resume --id') },
  });
  work = async (items, report) => {
    for (const { seq } of items) report.done(seq, 100);
    return undefined;
  };
  expect(await runner.resume(id, true)).toMatchObject({ state: 'done', imagesDone: 3, bytes: 300, bytesDone: 300 });
  expect(calls).toEqual(['plan', 'work a b c', 'work b c']);
});

test('cancelled, the rest is left for good', async () => {
  work = oneThenWait;
  const { id } = await start(false);
  await untilDone(id, 1);
  expect(await runner.cancel(id)).toMatchObject({ state: 'cancelled', sentence: expect.stringMatching(/^Cancelled/) });
  expect(states(id)).toEqual(['a done', 'b left', 'c left']);
  expect(await refusal(() => runner.resume(id, true))).toMatchObject({ code: 'run.over' });
  expect(await refusal(() => runner.cancel(id))).toMatchObject({ message: 'This run was cancelled.' });
});

test('a paused run can be cancelled', async () => {
  work = oneThenWait;
  const { id } = await start(false);
  await untilDone(id, 1);
  await runner.pause(id);
  expect(await runner.cancel(id)).toMatchObject({ state: 'cancelled' });
  expect(states(id)).toEqual(['a done', 'b left', 'c left']);
});

test('the application ends in the middle: interrupted, and resumed by the next one', async () => {
  work = oneThenWait;
  const waiting = start(true);
  await expect.poll(() => runs.page(0, 1).runs[0]?.imagesDone, { timeout: 5000 }).toBe(1);
  await shut();
  expect(await waiting).toMatchObject({ state: 'interrupted', sentence: expect.stringContaining('Resume it') });
  open();
  const [{ id, state }] = runs.page(0, 1).runs as [Run];
  expect(state).toBe('interrupted');
  work = async (items, report) => {
    for (const { seq } of items) report.done(seq, 100);
    return undefined;
  };
  expect(await runner.resume(id, true)).toMatchObject({ state: 'done', imagesDone: 3 });
  expect(calls).toEqual(['plan', 'work a b c', 'work b c']);
});

test('a crash leaves rows that the next start sets right', async () => {
  work = oneThenWait;
  const { id } = await start(false);
  await untilDone(id, 1);
  // Another connection sees what a crash would leave behind.
  const other = openStore(join(folder, 'bastion.db'), { clock });
  createRuns(other).interruptOpen();
  expect(createRuns(other).get(id)?.run).toMatchObject({ state: 'interrupted', imagesDone: 1 });
  expect(
    createRuns(other)
      .items(id)
      .map(({ state }) => state),
  ).toEqual(['done', 'waiting', 'waiting']);
  other.close();
});

test('cut short while it was planned, it plans anew', async () => {
  looking = new Promise((resolve) => setTimeout(resolve, 100));
  const { id } = await start(false);
  await shut();
  open();
  expect(runner.get(id)).toMatchObject({ state: 'interrupted', images: 0 });
  calls = [];
  expect(await runner.resume(id, true)).toMatchObject({ state: 'done', images: 3 });
  expect(calls[0]).toBe('plan');
});

test('gaps: the rest is done, the reasons stay, and just those are retried', async () => {
  planned = [
    ...planned,
    { name: 'gone', fault: fault('x.gone', 'Gone.', 'Look again.').fault, wanted: { image: 'gone' } },
  ];
  work = async (items, report) => {
    for (const { seq, name } of items) {
      report.begin(seq, 100);
      if (name === 'b') report.failed(seq, fault('registry.notFound', 'No b.', 'Check its name.'));
      else report.done(seq);
    }
    return undefined;
  };
  const run = await start();
  expect(run).toMatchObject({ state: 'gaps', images: 4, imagesDone: 2, imagesFailed: 2, bytes: 200 });
  expect(run.sentence).toContain('2 failed');
  expect(run.sentence).toMatch(/First: No b\.$/);
  const failed = runs.images({ id: run.id, state: ['failed'], search: '', offset: 0, limit: 10 });
  expect(failed.rows.map(({ name, fault: why }) => [name, why?.code])).toEqual([
    ['b', 'registry.notFound'],
    ['gone', 'x.gone'],
  ]);
  expect(await refusal(() => runner.resume(run.id, true))).toMatchObject({
    ...{ code: 'run.over', remedy: expect.stringContaining(`retry --id ${run.id}`) },
  });
  const again = await runner.retry(run.id, true);
  expect(again).toMatchObject({ state: 'gaps', images: 2, imagesDone: 1 });
  expect(again.id).not.toBe(run.id);
  expect(calls).toEqual(['plan', 'work a b c', 'work b gone']);
});

test('a retry that must look anew works on what failed and on what is new, and leaves the rest', async () => {
  planned = [...planned, { name: 'chart', fault: fault('x.away', 'Away.', 'Try later.').fault }];
  const works = work;
  work = async (items, report) => {
    for (const { seq, name } of items) {
      if (name === 'b') report.failed(seq, fault('registry.notFound', 'No b.', 'Check its name.'));
      else report.done(seq, 100);
    }
    return undefined;
  };
  const run = await start();
  expect(run).toMatchObject({ state: 'gaps', images: 4, imagesFailed: 2 });
  expect(jobs.list()).toMatchObject([{ state: 'gaps', sentence: expect.stringContaining('2 of 4 fetched') }]);
  // The chart names two images now, one of which the set had before.
  planned = ['a', 'b', 'c', 'of-chart'].map((name) => ({ name, bytes: 100, wanted: { image: name } }));
  const again = await runner.retry(run.id, true);
  expect(again).toMatchObject({ state: 'gaps', images: 2, imagesDone: 1, bytes: 100, bytesDone: 100 });
  expect(again.sentence).toContain('1 of 2 that failed, and 1 not known then; the other 2 were left as they are.');
  // And of that one again, what failed in it: the images of the first are still known.
  planned = [...planned, { name: 'd', bytes: 100, wanted: { image: 'd' } }];
  work = works;
  expect(await runner.retry(again.id, true)).toMatchObject({
    state: 'done',
    images: 1,
    sentence: '1 of 1 fetched, 100 B moved.',
  });
  expect(calls).toEqual(['plan', 'work a b c', 'plan', 'work b of-chart', 'work b']);
});

test('what could not be resolved is looked up anew by a retry', async () => {
  planned = [{ name: 'chart', fault: fault('x.away', 'Away.', 'Try later.').fault }];
  const run = await start();
  planned = [{ name: 'chart', wanted: { image: 'chart' } }];
  expect(await runner.retry(run.id, true)).toMatchObject({ state: 'done', images: 1 });
  expect(calls).toEqual(['plan', 'work ', 'plan', 'work chart']);
});

test('a run that fails as a whole says why, and can be resumed', async () => {
  const works = work;
  work = async (items, report) => {
    report.done(items[0]!.seq, 100);
    throw fault('store.full', 'The disk is full.', 'Free some space, then resume.');
  };
  expect(await refusal(() => start())).toMatchObject({ code: 'store.full' });
  const [run] = runs.page(0, 1).runs as [Run];
  expect(run).toMatchObject({
    state: 'failed',
    imagesDone: 1,
    sentence: 'The disk is full.',
    fault: { code: 'store.full' },
  });
  work = works;
  const resumed = await runner.resume(run.id, true);
  expect(resumed).toMatchObject({ state: 'done', imagesDone: 3 });
  expect(resumed.fault).toBeUndefined();
});

test('a bundle’s next disk is a pause, not a failure', async () => {
  work = async () => {
    throw fault('bundle.nextDisk', 'Two of three are here.', 'Insert disk 3, then resume.');
  };
  expect(await start()).toMatchObject({
    state: 'paused',
    sentence: 'Two of three are here. Insert disk 3, then resume.',
  });
  expect(jobs.list()).toMatchObject([{ state: 'paused', sentence: expect.stringContaining('Insert disk 3') }]);
});

test('two runs at once keep their own counts', async () => {
  work = oneThenWait;
  const one = await start(false);
  const two = await start(false);
  await Promise.all([untilDone(one.id, 1), untilDone(two.id, 1)]);
  await runner.cancel(one.id);
  expect(runner.get(two.id)).toMatchObject({ state: 'running', imagesDone: 1 });
  expect(await refusal(() => runner.resume(two.id, true))).toMatchObject({ code: 'run.running' });
  await runner.cancel(two.id);
});

test('time left is unknown while sizes are, and counts down when they are known', async () => {
  const seen: (number | null)[] = [];
  const slow = async (items: readonly RunItem[], report: RunReport) => {
    for (const { seq, bytes } of items) {
      report.begin(seq, bytes || 1000);
      for (let n = 0; n < 4; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        report.moved((bytes || 1000) / 4, seq);
        seen.push(runner.get(report.id).secondsLeft);
      }
      report.done(seq);
    }
    return undefined;
  };
  work = slow;
  planned = ['a', 'b'].map((name) => ({ name }));
  await start();
  // One of two unknown until the second began.
  expect(seen.slice(0, 4)).toEqual([null, null, null, null]);
  seen.length = 0;
  planned = ['a', 'b'].map((name) => ({ name, bytes: 1_000_000 }));
  const run = await start();
  const known = seen.filter((value) => value !== null);
  expect(known.length).toBeGreaterThan(3);
  expect(known).toEqual([...known].sort((a, b) => b - a));
  // The rate of the whole: two million bytes in about 1.2 s.
  expect(run.bytesPerSecond).toBeGreaterThan(500_000);
  expect(run.bytesPerSecond).toBeLessThan(1_800_000);
  expect(runs.lastRate('pull')).toBe(run.bytesPerSecond);
});

test('what a worker notes stands in the closing sentence', async () => {
  work = async (items, report) => {
    for (const { seq, name } of items) {
      report.note(`${name} came as one platform.`);
      report.done(seq, 0);
    }
    report.note('Also this.');
    return 'All there.';
  };
  expect((await start()).sentence).toBe(
    'All there. a came as one platform. b came as one platform. c came as one platform. 1 more of this kind.',
  );
});

test('ids that do not exist', async () => {
  for (const ask of [runner.pause, runner.cancel, (id: string) => runner.resume(id, true)])
    expect(await refusal(() => ask('nope'))).toMatchObject({ code: 'run.unknown', field: 'id' });
  expect(await refusal(() => runner.retry('nope', true))).toMatchObject({ code: 'run.unknown' });
});
