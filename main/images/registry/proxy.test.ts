import { expect, it } from 'vitest';
import { isExempt, proxyFor } from './proxy.ts';

it.each([
  ['https://127.0.0.1:5000', '', true],
  ['https://[::1]:5000', '', true],
  ['https://localhost', '', true],
  ['https://r.example', '*', true],
  ['https://r.example', 'example', true],
  ['https://r.example', '.example', true],
  ['https://r.example', '*.example', true],
  ['https://example', '.example', false],
  ['https://other', 'example, r.example', false],
  ['https://r.example:5000', 'r.example:5000', true],
  ['https://r.example', 'r.example:5000', false],
  ['https://r.example', 'r.example:443', true],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://[fd00::5]:5000', 'fd00::/8', true],
  ['https://[fd00::5]:5000', 'fd00::5', true],
  ['https://[fd00::5]:5000', '[fd00::5]:5000', true],
  ['https://10.1.2.3', '10.0.0.0/99', false],
])('%s with NO_PROXY "%s": %s', (url, noProxy, exempt) => {
  expect(isExempt(new URL(url), noProxy)).toBe(exempt);
});

it('takes the proxy of the scheme', () => {
  const env = { https_proxy: 'proxy:3128', HTTP_PROXY: 'http://u:p@plain:1', no_proxy: 'near' };
  expect(proxyFor(new URL('https://far'), env)).toBe('http://proxy:3128');
  expect(proxyFor(new URL('http://far'), env)).toBe('http://u:p@plain:1');
  expect(proxyFor(new URL('https://near'), env)).toBeUndefined();
});
