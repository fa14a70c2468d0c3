import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../shared/clock.ts';
import type { Job } from '../../shared/contract/app.ts';
import { fault } from '../../shared/fault.ts';
import { openStore, type Store } from '../store/open.ts';
import { createJobs } from './jobs.ts';

let store: Store;
let now = 0;
const told: Job[] = [];
const clock: Clock = { ...systemClock(), now: () => now };
const make = () => createJobs({ store, clock, emit: (_, data) => void told.push(data as Job) });
beforeEach(() => {
  store = openStore(':memory:');
  told.length = 0;
  now = 0;
});
afterEach(() => store.close());

it('tells progress at a quiet pace and the end always, and gives the result', async () => {
  const jobs = make();
  const { id, result } = jobs.run('test', 'Counting', 'h', async (progress) => {
    for (let done = 1; done <= 100; done += 1) {
      now += 10;
      progress({ done, total: 100, unit: 'spokes' });
    }
    return 'all';
  });
  expect(await result).toBe('all');
  expect(told.length).toBeLessThan(10);
  expect(told.at(-1)).toMatchObject({
    id,
    state: 'done',
    done: 100,
    total: 100,
    unit: 'spokes',
    endedAt: '1970-01-01T00:00:01Z',
  });
  expect(jobs.list()).toEqual([told.at(-1)]);
  expect(jobs.list(true)).toEqual([]);
});

it('a failure is a row with the fault, for the caller and for the screen', async () => {
  const jobs = make();
  const { result } = jobs.run('test', 'Failing', '', async () => {
    throw fault('x.y', 'It broke.', 'Mend it.');
  });
  await expect(result).rejects.toThrow('It broke.');
  expect(jobs.list()).toMatchObject([{ state: 'failed', sentence: 'It broke.', fault: { code: 'x.y' } }]);
});

it('what is done but for some of it, and what can be gone on with, is not called done or cancelled', async () => {
  const jobs = make();
  await jobs.run('test', 'Pull', '', async (progress) => progress({ sentence: '2 of 3 fetched.', gaps: true })).result;
  expect(jobs.list()).toMatchObject([{ state: 'gaps', sentence: '2 of 3 fetched.' }]);
  const { id, result } = jobs.run('test', 'Push', '', (_, signal) => clock.sleep(60_000, signal));
  jobs.cancel(id, 'paused');
  await expect(result).rejects.toThrow();
  expect(jobs.list().find((job) => job.id === id)).toMatchObject({ state: 'paused', sentence: 'Paused.' });
});

it('a cancelled job hears it by its signal; what does not run cannot be cancelled', async () => {
  const jobs = make();
  const { id, result } = jobs.run('test', 'Long', '', (_, signal) => clock.sleep(60_000, signal));
  jobs.cancel(id);
  await expect(result).rejects.toThrow('Cancelled.');
  expect(jobs.list()).toMatchObject([{ id, state: 'cancelled' }]);
  expect(() => jobs.cancel(id)).toThrow(/not running/);
});

it('a job that a crash cut short is failed at the next start, with that reason', async () => {
  const before = make();
  const { result } = before.run('test', 'Cut', '', (_, signal) => clock.sleep(60_000, signal));
  expect(make().list()).toMatchObject([{ title: 'Cut', state: 'failed', fault: { code: 'job.interrupted' } }]);
  await before.close();
  await expect(result).rejects.toThrow();
});
