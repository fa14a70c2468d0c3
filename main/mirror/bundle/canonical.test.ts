import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { layOut, maxSegments, segmentName } from './layout.ts';

test('one spelling: keys sorted by code units, no spaces, what is undefined left out', () => {
  const value = { b: [1, { z: null, y: 'é\n"' }], a: true, é: 1, Z: undefined, A: -5 };
  expect(canonicalJson(value)).toBe('{"A":-5,"a":true,"b":[1,{"y":"é\\n\\"","z":null}],"é":1}');
  expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
  for (const bad of [1.5, Number.NaN, 2 ** 53, undefined, () => 1]) expect(() => canonicalJson([bad])).toThrow();
});

test('blobs lie end to end and are cut where segments end', () => {
  expect(layOut([5, 0, 12, 3], 10)).toEqual({
    pieces: [
      [[0, 0, 5]],
      [],
      [
        [0, 5, 5],
        [1, 0, 7],
      ],
      [[1, 7, 3]],
    ],
    segments: [10, 10],
  });
  expect(layOut([], 10)).toEqual({ pieces: [], segments: [] });
  const sizes = Array.from({ length: 500 }, (_, index) => (index * 7919) % 1000);
  const laid = layOut(sizes, 777)!;
  expect(laid.segments.slice(0, -1).every((bytes) => bytes === 777)).toBe(true);
  expect(laid.segments.reduce((a, b) => a + b, 0)).toBe(sizes.reduce((a, b) => a + b, 0));
  for (const [index, pieces] of laid.pieces.entries())
    expect(pieces.reduce((sum, [, , bytes]) => sum + bytes, 0)).toBe(sizes[index]);
});

test('there are never more segments than names', () => {
  expect(layOut([maxSegments], 1)?.segments).toHaveLength(maxSegments);
  expect(layOut([maxSegments + 1], 1)).toBeUndefined();
  expect(layOut([Number.MAX_SAFE_INTEGER], 1024)).toBeUndefined();
  expect(segmentName(maxSegments - 1)).toBe('seg-99999.bin');
});
