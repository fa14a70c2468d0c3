import { describe, expect, test } from 'vitest';
import { channelShape, chooseEntries } from './channel-graph.ts';

const entry = (text: string) => {
  const [name = '', replaces = '', skips = ''] = text.split(' ');
  return { name, replaces: replaces === '-' ? '' : replaces, skips: skips ? skips.split(',') : [], skipRange: '' };
};
const entries = (...texts: string[]) => texts.map(entry);

describe('shape', () => {
  test.each([
    ['one chain', entries('c b', 'b a', 'a'), ['c'], []],
    ['a tail that replaces what is gone', entries('c b', 'b gone'), ['c'], []],
    ['skipped entries need no chain', entries('c a b', 'b', 'a'), ['c'], []],
    ['two heads', entries('c a', 'b a', 'a'), ['b', 'c'], []],
    ['a circle', entries('a b', 'b a'), [], []],
    ['an island below the head', entries('c b', 'b', 'x y', 'y x'), ['c'], ['x', 'y']],
    ['nothing', [], [], []],
  ])('%s', (_, all, heads, stranded) => {
    const sound = heads.length === 1 && stranded.length === 0;
    expect(channelShape(all)).toEqual({ heads, stranded, circle: [], sound });
  });

  test.each([
    ['below the head', entries('d c', 'c b', 'b a', 'a c'), ['c', 'b', 'a']],
    ['of one', entries('b a', 'a a'), ['a']],
  ])('a circle %s is refused, though everything in it is reached', (_, all, circle) => {
    expect(channelShape(all)).toMatchObject({ stranded: [], circle, sound: false });
  });

  test('a circle that is skipped is none of the chain', () => {
    expect(channelShape(entries('c - b,a', 'b a', 'a b'))).toMatchObject({ circle: [], sound: true });
    expect(channelShape(entries('c b b', 'b a', 'a b'))).toMatchObject({ heads: ['c'], circle: [], stranded: ['a'] });
  });
});

describe('choice', () => {
  const all = entries('e d', 'd c', 'c b', 'b a', 'a');
  test('a gap in the chain is bridged, and only that', () => {
    expect(chooseEntries(all, new Set(['d', 'b']))).toMatchObject({
      bridged: ['c'],
      shape: { heads: ['d'], sound: true },
    });
    expect(chooseEntries(all, new Set(['c', 'b'])).bridged).toEqual([]);
  });
  test('what skips the gap needs no bridge', () => {
    const { bridged, shape } = chooseEntries(entries('d c b', 'c b', 'b'), new Set(['d', 'b']));
    expect([bridged, shape.sound]).toEqual([[], true]);
  });
  test('two branches stay two heads', () => {
    const { shape } = chooseEntries(entries('d c', 'c', 'x a', 'a'), new Set(['c', 'x']));
    expect(shape).toMatchObject({ heads: ['c', 'x'], sound: false });
  });
});
