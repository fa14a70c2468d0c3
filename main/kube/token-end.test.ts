import { expect, test } from 'vitest';
import { fault } from '../../shared/fault.ts';
import { tokenEnd, unauthorizedFault } from './token-end.ts';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (payload: unknown) => `${base64({ alg: 'RS256' })}.${base64(payload)}.c2lnbmF0dXJl`;
const refused = fault('kube.unauthorized', 'Unauthorized', 'Sign in again.');
const end = Date.UTC(2026, 10, 22, 18, 0, 5);

test('the end of a token is read where there is one', () => {
  expect(tokenEnd(token({ exp: end / 1000 }))).toBe(end);
  for (const other of ['', 'sha256~opaque', 'a.b.c', token({}), token({ exp: 'soon' }), token(null)]) {
    expect(tokenEnd(other), other).toBeUndefined();
  }
});

test('a token that has ended says when; any other refusal stays as the hub worded it', () => {
  const said = unauthorizedFault(refused, `Bearer ${token({ exp: end / 1000 })}`, end + 1);
  expect(said.fault).toMatchObject({ code: 'kube.unauthorized', remedy: expect.stringContaining('fresh kubeconfig') });
  expect(said.fault.message).toBe(
    'The token of this kubeconfig ended at 2026-11-22T18:00:05Z: the hub takes it no more.',
  );
  expect(unauthorizedFault(refused, `Bearer ${token({ exp: end / 1000 })}`, end - 1)).toBe(refused);
  expect(unauthorizedFault(refused, 'Bearer opaque', end)).toBe(refused);
  expect(unauthorizedFault(refused, undefined, end)).toBe(refused);
});
