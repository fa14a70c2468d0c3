import { expect, it } from 'vitest';
import { chipsOf, queryOf, viewOf } from './fleet-view.ts';

it('reads back what it writes', () => {
  const query = {
    search: 'site-1 <b>',
    availability: 'available,unknown',
    openshift: '4.12.3',
    kernel: '4.18.0-372.43.1.el8_6.x86_64',
    load: 'failed,staleBoot',
    module: 'kmm-kmod',
    claim: 'cut,silent',
    labels: 'vendor=OpenShift,site',
    operative: 'no',
    sort: 'kernel',
    desc: '1',
  };
  expect(queryOf(viewOf(query))).toEqual(query);
});

it('drops words of another version and defaults the sort', () => {
  const view = viewOf({ availability: 'available,vanished', sort: 'colour', operative: 'maybe' });
  expect(view.filter.availability).toEqual(['available']);
  expect(view.sort).toBe('name');
  expect(view.filter.operative).toBeUndefined();
  expect(Object.values(queryOf(viewOf({}))).join('')).toBe('');
});

it('makes a chip for each condition, each removable alone', () => {
  const { filter } = viewOf({ kernel: 'a,b', operative: 'no', module: 'm' });
  const chips = chipsOf(filter, (_group, value) => value);
  expect(chips.map(({ group, text }) => `${group}: ${text}`)).toEqual([
    'Kernel: a',
    'Kernel: b',
    'Module: m',
    'Operative: no',
  ]);
  expect(chips[0]?.without.kernel).toEqual(['b']);
  expect(chips[3]?.without).not.toHaveProperty('operative');
});
