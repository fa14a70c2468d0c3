import { describe, expect, it } from 'vitest';
import { createHubClock } from './hub-clock.ts';

const start = Date.parse('2026-11-22T12:00:00Z');
/** A hub whose clock began at `hubStart` and runs `speed` times as fast as ours. */
function world(speed: number, hubStart: number) {
  let local = start;
  let lag = 0;
  const hub = () => hubStart + (local - start) * speed + lag;
  const clock = createHubClock({ now: () => local });
  return {
    clock,
    hub,
    pass: (ms: number) => {
      local += ms;
    },
    jump: (ms: number) => {
      lag += ms;
    },
    answer: () => clock.learn(new Date(hub()).toUTCString()),
  };
}

describe('the clock of a hub', () => {
  it('is ours before the first answer', () => {
    expect(world(1, 0).clock.now()).toBe(start);
  });
  it('follows a hub that is hours off, within a second', () => {
    const w = world(1, start - 7_200_000);
    for (let i = 0; i < 50; i += 1) {
      w.answer();
      expect(Math.abs(w.clock.now() - w.hub())).toBeLessThanOrEqual(1000);
      w.pass(317);
    }
    w.pass(600_000);
    expect(Math.abs(w.clock.now() - w.hub())).toBeLessThanOrEqual(1000);
  });
  it.each([10, 60, 100])('keeps up with one that runs %i times as fast, also between answers', (speed) => {
    const w = world(speed, start);
    for (let i = 0; i < 10; i += 1) {
      w.answer();
      w.pass(500);
    }
    w.answer();
    w.pass(10_000);
    expect(Math.abs(w.clock.now() - w.hub()) / (10_000 * speed)).toBeLessThan(0.05);
  });
  it('never steps back for rounding, but follows a clock that was set back', () => {
    const w = world(1, start + 900);
    let before = 0;
    for (let i = 0; i < 200; i += 1) {
      w.answer();
      const now = w.clock.now();
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
      w.pass(101);
    }
    w.jump(-3_600_000);
    w.answer();
    expect(Math.abs(w.clock.now() - w.hub())).toBeLessThanOrEqual(1000);
  });
  it('ignores what is no date', () => {
    const w = world(1, start);
    w.clock.learn('yesterday');
    w.clock.learn(undefined);
    expect(w.clock.now()).toBe(start);
  });
});
