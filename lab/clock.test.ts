import { expect, test } from 'vitest';
import { createLabClock } from './clock.ts';

test('keeps its speed with much to do, and what is due runs in order at its own time', async () => {
  const clock = createLabClock(30, 0);
  const seen: number[] = [];
  const again = (at: number) => {
    clock.after(20, () => {
      seen.push(clock.now());
      again(at + 20);
    });
  };
  // Four chains of one event each 20 ms of lab time: 6,000 events a second of the machine's time.
  for (const at of [0, 5, 10, 15]) clock.after(at, () => again(at));
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const speed = clock.now() / (performance.now() - begun);
  clock.stop();
  expect(speed).toBeGreaterThan(24);
  expect(speed).toBeLessThan(31);
  expect(seen.every((now, at) => at === 0 || now >= seen[at - 1]!)).toBe(true);
  expect(seen[0]).toBeGreaterThanOrEqual(20);
});

test('what is cancelled does not run', async () => {
  const clock = createLabClock(100, 0);
  let ran = false;
  clock.after(100, () => {
    ran = true;
  })();
  await clock.sleep(500);
  clock.stop();
  expect(ran).toBe(false);
});
