import { expect, test } from 'vitest';
import { bytesText, timeText } from './amount-text.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_500_000, '1.5 MB'],
  [150 * 1024 ** 2, '157.3 MB'],
  [2 ** 50, '1125.9 TB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test.each([
  [0, '0 s'],
  [99, '99 s'],
  [100, '2 min'],
  [5940, '99 min'],
  [12_000, '3 h 20 min'],
])('%d seconds are %s', (seconds, text) => expect(timeText(seconds)).toBe(text));
