import { expect, test } from 'vitest';
import { quitQuestion, runningWork } from './quit-question.ts';

const engine = (answers: Record<string, unknown>) => ({
  call: async (name: string) => answers[name],
  listen: () => () => {},
});

test('deliveries that go on and running jobs are counted, over all hubs', async () => {
  const work = await runningWork(
    engine({
      'jobs.list': { jobs: [{}, {}] },
      'hubs.list': { hubs: [{ id: 'a' }, { id: 'b' }] },
      'deliveries.list': { deliveries: [{ phase: 'widening' }, { phase: 'done' }, { phase: 'stopped' }] },
    }),
  );
  expect(work).toEqual({ jobs: 2, deliveries: 2 });
});

test('an engine that is silent or broken does not keep the window open', async () => {
  const silent = { call: () => new Promise(() => {}), listen: () => () => {} };
  expect(await runningWork(silent, 10)).toEqual({ jobs: 0, deliveries: 0 });
  expect(await runningWork(engine({}), 10)).toEqual({ jobs: 0, deliveries: 0 });
});

test.each([
  [{ jobs: 0, deliveries: 0 }, undefined],
  [{ jobs: 1, deliveries: 0 }, 'A job is still running.'],
  [{ jobs: 0, deliveries: 1 }, 'A delivery is still running.'],
  [{ jobs: 3, deliveries: 2 }, '2 deliveries and 3 jobs are still running.'],
])('%j asks: %s', (work, message) => {
  expect(quitQuestion(work)?.message).toBe(message);
});
