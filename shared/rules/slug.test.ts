import { expect, test } from 'vitest';
import { freeSlug } from './slug.ts';

test.each([
  ['Practice: site registry', [], 'practice-site-registry'],
  ['--', [], 'hub'],
  ['Nord', ['nord', 'nord-2'], 'nord-3'],
  [`${'a'.repeat(39)} tail`, [], 'a'.repeat(39)],
])('%s is kept as %s → %s', (name, taken, slug) => expect(freeSlug(name, new Set(taken), 'hub')).toBe(slug));
