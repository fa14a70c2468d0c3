import { expect, it } from 'vitest';
import {
  age,
  bytes,
  calendarDay,
  clockTime,
  count,
  duration,
  percent,
  plainWords,
  plural,
  progress,
  shortDigests,
  shortTime,
} from './format.ts';

it('groups numbers and counts nouns', () => {
  expect(count(1748)).toBe('1,748');
  expect(plural(1, 'spoke')).toBe('1 spoke');
  expect(plural(100000, 'policy', 'policies')).toBe('100,000 policies');
});

it('says durations in at most two units', () => {
  expect([0.44, 9.96, 42.4, 60, 665, 7200, 7380, 273_600].map(duration)).toEqual([
    '0.4 s',
    '10 s',
    '42 s',
    '1 min',
    '11 min 5 s',
    '2 h',
    '2 h 3 min',
    '3 d 4 h',
  ]);
  expect(duration(Number.NaN)).toBe('unknown');
  expect(duration(3599.7)).toBe('1 h');
});

it('says ages in one unit and nothing for no time', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(age('2026-11-22T11:59:59Z', now)).toBe('now');
  expect(age('2026-11-22T11:59:18Z', now)).toBe('42 s');
  expect(age('2026-11-22T10:00:00Z', now)).toBe('2 h');
  expect(age('2026-11-22T12:00:09Z', now)).toBe('now');
  expect(age(undefined, now)).toBe('');
  expect(age('soon', now)).toBe('');
});

it('never rounds a percentage to all or none', () => {
  expect(percent(1748, 1748)).toBe('100 %');
  expect(percent(99_999, 100_000)).toBe('99.9 %');
  expect(percent(1, 100_000)).toBe('0.1 %');
  expect(percent(0, 5)).toBe('0 %');
  expect(percent(0, 0)).toBe('0 %');
});

it('prints bytes and times', () => {
  expect(bytes(812)).toBe('812 B');
  expect(bytes(1_310_000)).toBe('1.3 MB');
  expect(clockTime(null)).toBe('');
  expect(clockTime('2026-11-22T12:00:05Z')).toMatch(/^22 Nov \d\d:00:05$/);
});

it('shortens a time within a day to the time of day', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(shortTime('2026-11-22T11:00:05Z', now)).toMatch(/^\d\d:00:05$/);
  expect(shortTime('2026-11-20T11:00:05Z', now)).toMatch(/^20 Nov \d\d:00$/);
  expect(shortTime(undefined, now)).toBe('');
});

it('says how far work is, bytes as people read them', () => {
  expect(progress(840, 1755, 'spokes')).toBe('840 of 1,755 spokes');
  expect(progress(1_204_000_000, 3_400_000_000, 'bytes')).toBe('1.2 GB of 3.4 GB');
  expect(progress(1, 2, '')).toBe('1 of 2');
});

it('cuts digests and nothing else', () => {
  const hex = '07ada7b3'.repeat(8);
  expect(shortDigests(`a.example/b:1@sha256:${hex}: 5 packages`)).toBe('a.example/b:1@sha256:07ada7b3…: 5 packages');
  expect(plainWords(`Written 2026-11-22T11:00:05Z; sha256:${hex}.`)).toMatch(
    /^Written \d\d Nov \d\d:00:05; sha256:07ada7b3….$/,
  );
  expect(shortDigests('sha256:07ada7b3 a.example/b:1')).toBe('sha256:07ada7b3 a.example/b:1');
});

it('says the year of what is far away', () => {
  expect(calendarDay('2027-03-01T12:00:00Z')).toBe('1 Mar 2027');
  expect(calendarDay(undefined)).toBe('');
});
