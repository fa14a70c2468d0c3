import { expect, test } from 'vitest';
import { fault } from '../../../shared/fault.ts';
import { digestOf } from '../../images/digest.ts';
import type { WantedImage } from '../types.ts';
import { createBasket } from './basket.ts';
import { withoutSamePlace } from './same-place.ts';

const image = (name: string, place: string, more: Partial<WantedImage> = {}): WantedImage => {
  const [repository = '', tag = ''] = place.split(':');
  return {
    name,
    category: 'additional',
    target: { repository, tag },
    sources: [name.split(/[:@]/)[0]!],
    by: 'tag',
    ...more,
  };
};
const one = digestOf('one');
const two = digestOf('two');

test('equal bytes of a repository are one image, whichever came first', () => {
  const parts = [
    image(`a.b/c:1@${one}`, 'c:1'),
    image(`a.b/c@${one}`, 'release:4.12.3-c', {
      category: 'component',
      by: 'digest',
      neededBy: ['r1'],
      facts: { component: 'c' },
    }),
    image(`a.b/c@${one}`, 'release:4.12.6-c', { category: 'component', by: 'digest', neededBy: ['r2'] }),
    image(`a.b/d@${one}`, 'd:1', { by: 'digest' }),
  ];
  const contents = [parts, parts.toReversed()].map((list) => {
    const basket = createBasket();
    for (const each of list) basket.add(each);
    return basket.contents().images;
  });
  expect(contents[0]).toEqual(contents[1]);
  expect(contents[0]).toEqual([
    image(`a.b/c@${one}`, 'release:4.12.3-c', {
      category: 'component',
      by: 'tag',
      neededBy: ['r1', 'r2'],
      facts: { component: 'c', alsoAt: 'c:1 release:4.12.6-c', alsoBy: 'digest' },
    }),
    image(`a.b/d@${one}`, 'd:1', { by: 'digest' }),
  ]);
});

test('an image that belongs at a hundred places is told of all of them', () => {
  const basket = createBasket();
  for (let at = 0; at < 100; at += 1) basket.add(image(`a.b/c@${one}`, `copy-${at}:1`));
  const [only] = basket.contents().images;
  expect(only?.facts?.['alsoAt']?.split(' ')).toHaveLength(99);
});

test('two images at one place: a digest moves, a tag is a gap', () => {
  const found = (images: WantedImage[]) => withoutSamePlace({ images, files: [], gaps: [], warnings: [] });
  const moved = found([image(`a.b/c@${one}`, 'c:1', { by: 'digest' }), image(`x.y/c:1@${two}`, 'c:1')]);
  expect(moved.images.map(({ target }) => target.tag)).toEqual([one.replace(':', '-'), '1']);
  const { images, gaps } = found([image(`a.b/c:1@${one}`, 'c:1'), image(`x.y/c:1@${two}`, 'c:1')]);
  expect(images).toHaveLength(1);
  expect(gaps[0]).toMatchObject({ name: `x.y/c:1@${two}`, fault: { code: 'set.samePlace' } });
});

test('a place that an image has besides its own counts, too; the same bytes do not collide', () => {
  const found = (images: WantedImage[]) => withoutSamePlace({ images, files: [], gaps: [], warnings: [] });
  const alsoAt = { facts: { alsoAt: 'x:1' } };
  const tags = found([image(`a.b/a:1@${one}`, 'a:1', alsoAt), image(`a.b/b:1@${two}`, 'x:1')]);
  expect(tags.images.map(({ name }) => name)).toEqual([`a.b/a:1@${one}`]);
  const message = `a.b/b:1@${two} would lie at x:1, where a.b/a:1@${one} lies already.`;
  expect(tags.gaps).toMatchObject([{ fault: { message } }]);
  // What clusters name by digest gives way, at each of its places.
  const digest = found([image(`a.b/a@${one}`, 'a:1', { ...alsoAt, by: 'digest' }), image(`a.b/b:1@${two}`, 'x:1')]);
  expect(digest.gaps).toEqual([]);
  expect(digest.images[0]).toMatchObject({ target: { tag: '1' }, facts: { alsoAt: `x:${one.replace(':', '-')}` } });
  expect(found([image(`a.b/c:1@${one}`, 'c:1'), image(`x.y/c:1@${one}`, 'c:1')]).gaps).toEqual([]);
});

test('what fails is a gap with the fault; an abort is passed on', async () => {
  const basket = createBasket();
  await basket.part('a', () => Promise.reject(fault('x.y', 'Words.', 'Do this.', { field: 'f' })));
  await basket.part('b', () => Promise.reject(new Error('unforeseen')));
  expect(basket.contents().gaps).toMatchObject([
    { name: 'a', fault: { code: 'x.y', message: 'Words.', remedy: 'Do this.', field: 'f' } },
    { name: 'b', fault: { code: 'internal', message: 'unforeseen' } },
  ]);
  const stopped = createBasket(AbortSignal.abort(new Error('stopped')));
  await expect(stopped.part('a', async () => {})).rejects.toThrow('stopped');
});
