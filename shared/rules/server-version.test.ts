import { expect, test } from 'vitest';
import { serverRemarks } from './server-version.ts';

test('a server between 1.25 and 1.37 that knows us needs no word', () => {
  for (const version of ['v1.25.4+a34b9e9', 'v1.36.3', '1.37.0']) expect(serverRemarks(version, 'me')).toEqual([]);
});
test.each([
  ['v1.24.17', 'me', /older than 1\.25/],
  ['v1.38.0-alpha.1', 'me', /newer than any .* \(1\.37\)/],
  ['v2.0.0', 'me', /newer/],
  ['', 'me', /does not say which Kubernetes/],
  ['v1.25.16', '', /SelfSubjectReview/],
])('%s as "%s" is said', (version, identity, sentence) => {
  const remarks = serverRemarks(version, identity);
  expect(remarks).toHaveLength(1);
  expect(remarks[0]).toMatch(sentence);
});
