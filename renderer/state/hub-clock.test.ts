import { expect, it } from 'vitest';
import { hubTime } from './hub-clock.ts';

it('adds the skew, and what a fast practice clock gained since it was read', () => {
  expect(hubTime({ skewMs: -500, at: 1000, speed: 1 }, 9000)).toBe(8500);
  expect(hubTime({ skewMs: 2000, at: 1000, speed: 60 }, 3000)).toBe(3000 + 2000 + 2000 * 59);
  expect(hubTime({ skewMs: 0, at: 0, speed: 60 }, 3000)).toBe(3000);
});
