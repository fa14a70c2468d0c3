import { expect, test } from 'vitest';
import { createWallClock } from './wall-clock.ts';

test('it tells the time of day, and waits end so many times sooner', async () => {
  const clock = createWallClock(20);
  const before = Date.now();
  expect(clock.now()).toBeGreaterThanOrEqual(before);
  await clock.sleep(2_000);
  const took = Date.now() - before;
  expect(took).toBeGreaterThanOrEqual(99);
  expect(took).toBeLessThan(1_500);
  clock.stop();
});

test('who waits for a moment and looks again is never early, and does not spin', async () => {
  const clock = createWallClock(10);
  const due = clock.now() + 300;
  let looks = 0;
  const at = await new Promise<number>((resolve) => {
    const look = () => {
      looks += 1;
      if (clock.now() >= due) resolve(clock.now());
      else clock.after(due - clock.now(), look);
    };
    look();
  });
  expect(at).toBeGreaterThanOrEqual(due);
  expect(looks).toBeLessThan(150);
  clock.stop();
});

test('what was cancelled, aborted or stopped never comes', async () => {
  const clock = createWallClock(100);
  const came: string[] = [];
  clock.after(1_000, () => came.push('cancelled'))();
  const control = new AbortController();
  const sleeping = clock.sleep(60_000, control.signal);
  control.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  clock.after(1_000, () => came.push('stopped'));
  clock.stop();
  clock.after(0, () => came.push('after the end'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(came).toEqual([]);
});
