import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

describe('routes', () => {
  it('reads what it writes, for every page and hostile names', () => {
    const routes = [
      { page: 'hubs', hub: '', path: ['new'], query: {} },
      { page: 'hub', hub: 'lab/one', path: ['access'], query: {} },
      { page: 'fleet', hub: '<b>&?#', path: [], query: { search: 'a=b&c #?', spoke: 'sno-0001' } },
      { page: 'modules', hub: 'h', path: ['m', 'kmm-kmod', 'edit'], query: {} },
      { page: 'mirror', hub: '', path: ['sets', 'edge-4.12'], query: { site: 'a/b' } },
      { page: 'reports', hub: 'h', path: [], query: { module: 'x' } },
    ] as const;
    for (const route of routes)
      expect(parseRoute(formatRoute({ ...route, path: [...route.path] }))).toEqual({ ...route, path: [...route.path] });
  });

  it('leaves empty view state out of the link', () => {
    expect(formatRoute({ page: 'fleet', hub: 'h', query: { search: '', sort: 'name' } })).toBe(
      '#/hub/h/fleet?sort=name',
    );
  });

  it('calls nothing home and nonsense lost', () => {
    expect(parseRoute('').page).toBe('home');
    expect(parseRoute('#/').page).toBe('home');
    expect(parseRoute('#/nonsense/x').page).toBe('lost');
    expect(parseRoute('#/hub').page).toBe('lost');
    expect(parseRoute('#/hub/%E0%A4%A').page).toBe('lost');
  });
});
