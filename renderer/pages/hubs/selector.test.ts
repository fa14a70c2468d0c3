import { expect, it } from 'vitest';
import { formatSelector, parseSelector } from './selector.ts';

it('reads labels as people write them and writes them back', () => {
  expect(parseSelector(' site=north, vendor = OpenShift ,,edge')).toEqual({
    site: 'north',
    vendor: 'OpenShift',
    edge: '',
  });
  expect(parseSelector('')).toEqual({});
  // A slip must not choose every spoke there is.
  expect(parseSelector('=north')).toEqual({ '': 'north' });
  expect(formatSelector(parseSelector('=north'))).toBe('=north');
  expect(formatSelector(parseSelector('a=b,c'))).toBe('a=b,c');
  expect(parseSelector('a=b=c')).toEqual({ a: 'b=c' });
});
