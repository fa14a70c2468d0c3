import { expect, it } from 'vitest';
import { createPace, retryAfter } from './pace.ts';
import { PassingFault } from './passing.ts';

function setup() {
  let now = 0;
  const slept: number[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  return { pace: createPace({ clock, random: () => 0 }), slept };
}
const passing = (code: string, afterMs?: number) => new PassingFault({ code, message: '', remedy: '' }, { afterMs });

it('waits twice as long each time and gives up after six', async () => {
  const { pace, slept } = setup();
  let asked = 0;
  const work = async () => {
    asked += 1;
    throw passing('registry.unreachable');
  };
  await expect(pace.retry(work)).rejects.toBeInstanceOf(PassingFault);
  expect(asked).toBe(6);
  expect(slept).toEqual([250, 500, 1000, 2000, 4000]);
});

it('counts anew when it got further', async () => {
  const { pace } = setup();
  let asked = 0;
  const work = async () => {
    asked += 1;
    if (asked < 20) throw passing('registry.unreachable');
    return asked;
  };
  expect(await pace.retry(work, undefined, () => asked <= 15)).toBe(20);
});

it('does not try again what does not pass', async () => {
  const { pace, slept } = setup();
  await expect(pace.retry(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(slept).toEqual([]);
});

it.each([7_000, undefined])('shuts the gate for everybody on too many requests, Retry-After %s', async (afterMs) => {
  let now = 0;
  const sleepers: (() => void)[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const until = now + ms;
      sleepers.push(() => {
        now = Math.max(now, until);
        resolve();
      });
    });
  const pace = createPace({ clock: { now: () => now, sleep }, random: () => 0 });
  let first = true;
  const one = pace.retry(async () => {
    if (first) {
      first = false;
      throw passing('registry.quota', afterMs);
    }
  });
  await new Promise(setImmediate);
  let passed = false;
  const other = pace.pass().then(() => {
    passed = true;
  });
  await new Promise(setImmediate);
  expect(passed).toBe(false);
  expect(sleepers).toHaveLength(2);
  for (const wake of sleepers) wake();
  await Promise.all([one, other]);
  expect(now).toBe(afterMs ?? 250);
});

it.each([
  ['7', 7_000],
  ['0', 0],
  ['Sun, 22 Nov 2026 20:00:09 GMT', 9_000],
  ['Sun, 22 Nov 2026 19:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (header, ms) => {
  expect(retryAfter(header, Date.parse('2026-11-22T20:00:00Z'))).toBe(ms);
});
