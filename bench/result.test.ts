import { expect, test } from 'vitest';
import { spokeObject } from './fleet.ts';
import { against, line, within } from './result.ts';

test('a ratio is judged by the ratio, a limit by our own value', () => {
  expect(against('a', 's', 2, 4, 1)).toEqual({
    name: 'a',
    unit: 's',
    ours: 2,
    peer: 4,
    ratio: 0.5,
    limit: 1,
    ok: true,
  });
  expect(against('a', 's', 4.01, 4, 1).ok).toBe(false);
  expect(within('b', 'ms', 20, 20)).toMatchObject({ peer: null, ratio: null, ok: true });
  expect(within('b', 'ms', 20.01, 20, 1000)).toMatchObject({ ratio: 0.02001, ok: false });
  expect([against('a', 's', Number.NaN, 4, 1).ok, within('b', 'ms', Number.NaN, 20).ok]).toEqual([false, false]);
});

test('a line says what was missed', () => {
  expect(line(against('sync', 's', 5, 4, 1))).toBe('MISS  sync: peer 4 s, ours 5 s, ratio 1.25 (limit 1)');
  expect(line(within('page', 'ms', 3, 20))).toBe('ok    page: ours 3 ms (limit 20 ms)');
});

test('a made-up spoke is always the same, and neighbours differ', () => {
  expect(spokeObject(7)).toEqual(spokeObject(7));
  expect(spokeObject(7).metadata.labels?.['site']).not.toBe(spokeObject(8).metadata.labels?.['site']);
});
