import { expect, test } from 'vitest';
import { fault } from '../../shared/fault.ts';
import type { KubeClient } from '../kube/types.ts';
import { keepPulse } from './pulse.ts';

type Answer = 'answers' | 'hangs' | 'refuses' | 'unreachable';

/** A hub asked over `seconds` of a clock that jumps from wait to wait; `says` and `speaks` tell what it does at each second. */
async function watched(
  seconds: number,
  says: (second: number) => Answer,
  { speaks = () => false, slept = 0 }: { speaks?: (second: number) => boolean; slept?: number } = {},
) {
  const start = 1_000_000;
  let now = start;
  let heard = now;
  let asked = 0;
  const control = new AbortController();
  const events: string[] = [];
  const at = () => Math.round((now - start) / 1000);
  const clock = {
    now: () => now,
    async sleep(ms: number, signal?: AbortSignal) {
      // What answers at once comes before any time passes.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw signal.reason;
      for (let left = ms; left > 0; left -= 1000) {
        now += 1000;
        if (speaks(at())) heard = now;
      }
      if (slept > 0 && at() >= 20) {
        now += slept;
        slept = 0;
      }
      if (at() >= seconds) control.abort();
    },
  };
  const client: Pick<KubeClient, 'list' | 'server'> = {
    server: 'https://hub',
    async *list(_ref, options) {
      asked += 1;
      const answer = says(at());
      if (answer === 'refuses') throw fault('kube.forbidden', 'No.', 'Ask.');
      if (answer === 'unreachable') throw fault('kube.unreachable', 'Nothing listens there.', 'Look.');
      if (answer === 'hangs') await new Promise((_, reject) => options?.signal?.addEventListener('abort', reject));
      else yield { items: [], resourceVersion: '1' };
    },
  };
  await keepPulse({
    client,
    clock,
    signal: control.signal,
    heardAt: () => heard,
    onSilence: (why) => events.push(`${at()} silent: ${why.code}`),
    onBack: () => events.push(`${at()} back`),
  });
  return { events, asked };
}

test('a hub that hangs is noticed within a minute, and its return within seconds', async () => {
  const { events } = await watched(200, (second) => (second > 10 && second < 100 ? 'hangs' : 'answers'));
  expect(events).toHaveLength(2);
  expect(events[0]).toMatch(/^4\d silent: kube.timeout$/);
  expect(events[1]).toMatch(/^1[0-2]\d back$/);
});
test('a quiet hub is asked twice a minute, a talking one never', async () => {
  const quiet = await watched(600, () => 'answers');
  expect(quiet.events).toEqual([]);
  expect(quiet.asked).toBeGreaterThanOrEqual(15);
  expect(quiet.asked).toBeLessThanOrEqual(20);
  expect((await watched(600, () => 'hangs', { speaks: (second) => second % 20 === 0 })).asked).toBe(0);
});
test('a refusal is an answer, no listener is none', async () => {
  expect((await watched(200, () => 'refuses')).events).toEqual([]);
  expect((await watched(100, () => 'unreachable')).events).toEqual(['30 silent: kube.unreachable']);
});
test('slow with a list, but talking meanwhile, is alive; a sleep of this machine is no silence of the hub', async () => {
  expect((await watched(50, () => 'hangs', { speaks: (second) => second === 40 })).events).toEqual([]);
  expect((await watched(60, () => 'hangs', { slept: 3_600_000 })).events).toEqual([]);
});
