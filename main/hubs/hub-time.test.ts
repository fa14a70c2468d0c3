import { expect, test } from 'vitest';
import { createHubClock } from '../kube/hub-clock.ts';
import { keepHubTime } from './hub-time.ts';

/** A server whose clock runs `pace` times as fast as ours, asked for one minute of ours. */
async function minute(pace: number) {
  let now = 1_000_000;
  let asked = 0;
  const control = new AbortController();
  const truth = () => now * pace;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
      if (now >= 1_060_000) control.abort();
    },
  };
  const hub = createHubClock(clock);
  hub.learn(new Date(truth()).toUTCString());
  const version = async () => {
    asked += 1;
    hub.learn(new Date(truth()).toUTCString());
    return '';
  };
  await keepHubTime({ version, hubNow: hub.now }, clock, control.signal);
  return { asked, off: Math.abs(hub.now() - truth()) };
}

test('an ordinary hub is asked a few times, a fast one until its pace is known', async () => {
  const plain = await minute(1);
  expect(plain.asked).toBeLessThan(8);
  expect(plain.off).toBeLessThan(2000);
  const fast = await minute(120);
  expect(fast.off).toBeLessThan(120_000);
  expect(fast.asked).toBeGreaterThan(plain.asked);
});
