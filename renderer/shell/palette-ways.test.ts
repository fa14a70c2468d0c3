import { expect, it } from 'vitest';
import type { Route } from '../state/route.ts';
import { rank } from './palette-rank.ts';
import { pageWays } from './palette-ways.ts';

const ways = (hub: string | undefined, went: Partial<Route>[] = []) =>
  pageWays(
    hub,
    (to) => void went.push(to),
    () => {},
  );

it('reaches the mirror and its parts without a hub, by the words people use', () => {
  const went: Partial<Route>[] = [];
  for (const word of ['oc-mirror', 'usb', 'idms', 'prune', 'quay']) rank(ways(undefined, went), word)[0]?.run();
  expect(went).toEqual([
    { page: 'mirror', path: [] },
    { page: 'mirror', path: ['bundles'] },
    { page: 'mirror', path: ['clusters'] },
    { page: 'mirror', path: ['store'] },
    { page: 'mirror', path: ['sites'] },
  ]);
});

it('offers the pages of a hub only where one is in use', () => {
  expect(ways(undefined).map(({ id }) => id)).not.toContain('fleet');
  expect(ways('a').map(({ id }) => id)).toContain('fleet');
  expect(new Set(ways('a').map(({ id }) => id)).size).toBe(ways('a').length);
});
