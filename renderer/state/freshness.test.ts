import { QueryClient } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import type { Client } from '../client.ts';
import { dependsOn, hubOf, keepFresh } from './freshness.ts';

/** Answers kept fresh by events that a test gives to `listeners`, on a clock that it moves. */
function kept() {
  vi.useFakeTimers();
  const listeners = new Map<string, (data: never) => void>();
  const client = {
    on: (name: string, listener: (data: never) => void) => {
      listeners.set(name, listener);
      return () => {};
    },
    link: { watch: () => () => {}, state: () => ({ up: true, since: 0, sentence: '' }) },
  } as unknown as Client;
  const queries = new QueryClient();
  return { listeners, queries, stop: keepFresh(client, queries, 500) };
}

it('knows which answers a table is in', () => {
  expect(dependsOn('fleet.page', ['spoke'])).toBe(true);
  expect(dependsOn('fleet.page', ['timeline'])).toBe(false);
  expect(dependsOn('hubs.tables', ['anything'])).toBe(true);
  expect(dependsOn('modules.template', ['*'])).toBe(false);
  expect(hubOf({ queryKey: ['fleet.page', { hub: 'h' }] })).toBe('h');
});

it('asks the mirror again for an answer that was on its way when what it tells changed', async () => {
  const { listeners, queries, stop } = kept();
  const run = queries.getQueryCache().build(queries, {
    queryKey: ['mirror.run', { id: 'r1' }],
    queryFn: () => new Promise((resolve) => setTimeout(() => resolve('running'), 1_200)),
  });
  const under = run.fetch();
  // The run ends while the answer that still says "running" is on its way: no later event tells of it.
  listeners.get('mirror.changed')?.({ what: 'runs', id: 'r1' } as never);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(run.state.fetchStatus).toBe('fetching');
  await vi.advanceTimersByTimeAsync(1_000);
  await under;
  expect(run.state.isInvalidated).toBe(true);
  stop();
  vi.useRealTimers();
});

it('asks once for a storm of changes, and again for an answer that was on its way', async () => {
  const { listeners, queries, stop } = kept();
  let asked = 0;
  let slow = 0;
  const key = ['fleet.counts', { hub: 'h' }];
  const observer = queries.getQueryCache().build(queries, {
    queryKey: key,
    queryFn: () => {
      asked++;
      return new Promise((resolve) => setTimeout(() => resolve(asked), slow));
    },
  });
  await Promise.all([observer.fetch(), vi.advanceTimersByTimeAsync(1)]);
  const change = () => listeners.get('rows.changed')?.({ hub: 'h', tables: ['spoke'] } as never);
  for (let index = 0; index < 50; index++) change();
  await vi.advanceTimersByTimeAsync(500);
  expect(observer.state.isInvalidated).toBe(true);
  expect(asked).toBe(1);
  slow = 800;
  const under = observer.fetch();
  change();
  await vi.advanceTimersByTimeAsync(600);
  // Still on its way: not cut off, and marked once it is there.
  expect(observer.state.fetchStatus).toBe('fetching');
  await vi.advanceTimersByTimeAsync(1000);
  await under;
  expect(asked).toBe(2);
  expect(observer.state.isInvalidated).toBe(true);
  stop();
  vi.useRealTimers();
});
