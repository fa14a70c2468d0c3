import { expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

it.each([
  ['', []],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['Basic realm="a, \\"b\\", c"', [{ scheme: 'basic', parameters: { realm: 'a, "b", c' } }]],
  [
    'Bearer realm="https://t/x?a=1,2",service=reg.io,scope="repository:a:pull,push repository:b:pull" , error = "invalid_token"',
    [
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://t/x?a=1,2',
          service: 'reg.io',
          scope: 'repository:a:pull,push repository:b:pull',
          error: 'invalid_token',
        },
      },
    ],
  ],
  [
    'Negotiate, Basic realm="x", Bearer realm="y"',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
      { scheme: 'bearer', parameters: { realm: 'y' } },
    ],
  ],
  ['BEARER Realm="y"', [{ scheme: 'bearer', parameters: { realm: 'y' } }]],
  ['Bearer realm="never closed', [{ scheme: 'bearer', parameters: {} }]],
])('%s', (header, expected) => {
  expect(parseChallenges(header)).toEqual(expected);
});

it('reads several headers', () => {
  expect(parseChallenges(['Basic realm="x"', 'Bearer realm="y"']).map(({ scheme }) => scheme)).toEqual([
    'basic',
    'bearer',
  ]);
  expect(parseChallenges(undefined)).toEqual([]);
});
