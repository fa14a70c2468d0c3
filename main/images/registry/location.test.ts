import { expect, it } from 'vitest';
import { nextPage, uploadLocation, withDigest } from './location.ts';

const from = new URL('https://r.example:5000/v2/a/blobs/uploads/');

it.each([
  ['/v2/a/blobs/uploads/1', 'https://r.example:5000/v2/a/blobs/uploads/1'],
  ['1?_state=x', 'https://r.example:5000/v2/a/blobs/uploads/1?_state=x'],
  ['https://other.example/u?a=b', 'https://other.example/u?a=b'],
  // Behind a proxy that does not tell it about TLS.
  ['http://r.example/v2/a/1', 'https://r.example:5000/v2/a/1'],
])('goes on at %s', (header, expected) => {
  expect(uploadLocation(header, from).href).toBe(expected);
});

it.each(['', 'http://other.example/u', 'ftp://r.example/x'])('refuses "%s"', (header) => {
  expect(() => uploadLocation(header, from)).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'registry.refused' }) }),
  );
});

it('appends the digest and leaves the query as it is', () => {
  expect(withDigest(new URL('https://r/u'), 'sha256:ab').href).toBe('https://r/u?digest=sha256%3Aab');
  expect(withDigest(new URL('https://r/u?s=a%2Bb+c&d='), 'sha256:ab').href).toBe(
    'https://r/u?s=a%2Bb+c&d=&digest=sha256%3Aab',
  );
});

it.each([
  ['</v2/_catalog?last=a%2Fb&n=2>; rel="next"', 'https://r.example:5000/v2/_catalog?last=a%2Fb&n=2'],
  ['<https://evil.example/p>; rel=next', 'https://r.example:5000/p'],
  ['</first>; rel="first", </p2>; title="a, b"; rel="next last"', 'https://r.example:5000/p2'],
  ['</p>; rel="prev"', undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('next page of %s', (header, expected) => {
  expect(nextPage(header, from)?.href).toBe(expected);
});
