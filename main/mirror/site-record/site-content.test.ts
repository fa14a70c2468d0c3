import { expect, test } from 'vitest';
import { digestOf } from '../../images/digest.ts';
import type { SiteImageRecord } from '../../store/sites.ts';
import { mergedImages } from './site-content.ts';

const digest = digestOf('image');
const row = (pushed_by: string, pushed_at: string, image: object): SiteImageRecord => ({
  ...{ site: 's', repository: 'edge/a/b', tag: '1', digest, pushed_by, pushed_at, seen_at: null, missing: 0 },
  image_json: JSON.stringify({
    name: 'a',
    sources: ['x.example/a/b'],
    target: { repository: 'a/b', tag: '1' },
    ...image,
  }),
});

test('an image that one laptop has by tag and another by digest is named both ways, whoever pushed last', () => {
  const rows = [row('', '2026-11-22T10:00:00Z', { by: 'tag' }), row('key', '2026-11-22T11:00:00Z', { by: 'digest' })];
  for (const all of [rows, [rows[0]!, { ...rows[1]!, pushed_at: '2026-11-22T09:00:00Z' }]]) {
    expect(mergedImages(all)).toMatchObject([{ by: 'tag', facts: { alsoBy: 'digest' }, digest }]);
  }
  expect(mergedImages([rows[1]!])).toMatchObject([{ by: 'digest' }]);
});
