import { expect, test } from 'vitest';
import { siteSlug } from './names.ts';

test('an address as part of a name: readable, short enough for a policy, and one for each address', () => {
  expect(siteSlug('reg.north.example:5000/edge')).toBe('reg-north-example-5000-edge');
  const long = 'registry.of.the.northern.region.example:5000/';
  const slugs = [`${long}a`, `${long}b`, '[fd00::1]:5000', '[fd00:1::]:5000'].map(siteSlug);
  expect(new Set(slugs).size).toBe(4);
  for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);
  expect(`kmm-bastion-mirror.mirror-${siteSlug(long)}-icsp`.length).toBeLessThanOrEqual(63);
});
