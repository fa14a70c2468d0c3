import { expect, it } from 'vitest';
import { digestOf } from '../digest.ts';
import { cosignTags, referrersTag } from './referrers.ts';

const [short, long] = [digestOf('x'), digestOf('x', 'sha512')];

it('makes tags of digests, 64 digits at most for referrers', () => {
  expect(referrersTag(short)).toBe(short.replace(':', '-'));
  expect(referrersTag(long)).toBe(long.replace(':', '-').slice(0, 'sha512-'.length + 64));
});

it("knows cosign's three tags", () => {
  const base = short.replace(':', '-');
  expect(cosignTags(short)).toEqual([`${base}.sig`, `${base}.att`, `${base}.sbom`]);
});

it('asks for no tag that is longer than a tag can be', () => {
  expect(cosignTags(long)).toEqual([]);
});
