import { expect, test } from 'vitest';
import { bytesText, timeText } from './amount-text.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_500_000, '1.4 MiB'],
  [150 * 1024 ** 2, '150 MiB'],
  [2 ** 50, '1024 TiB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test.each([
  [0, '0 s'],
  [99, '99 s'],
  [100, '2 min'],
  [5940, '99 min'],
  [12_000, '3 h 20 min'],
])('%d seconds are %s', (seconds, text) => expect(timeText(seconds)).toBe(text));
