import { describe, expect, test } from 'vitest';
import { type FeedbackFacts, feedbackAge, nextTry } from './feedback-age.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-01T10:00:00Z') + seconds * 1000).toISOString();
const now = Date.parse(at(0));
const good: FeedbackFacts = {
  delivered: true,
  takenAt: at(-600),
  statusAt: at(-500),
  values: true,
  gone: false,
  unread: '',
  scrape: 'poll',
  reachable: true,
  watched: true,
};
const age = (facts: Partial<FeedbackFacts>) => feedbackAge({ ...good, ...facts }, now);

describe('feedback', () => {
  test('is fresh once the longest poll has passed since the spec was taken up', () => {
    expect(age({})).toEqual({ state: 'fresh', sentence: '' });
    expect(age({ takenAt: at(-114), statusAt: at(-114) }).state).toBe('fresh');
    expect(age({ statusAt: undefined }).state).toBe('fresh');
  });
  test('is of before the change until the next poll, which has its time', () => {
    expect(age({ takenAt: at(-20), statusAt: at(-20) })).toEqual({
      state: 'before',
      sentence: 'Read before the last change of the work.',
      nextBy: '2026-03-01T10:01:34Z',
    });
    expect(age({ takenAt: at(-20), statusAt: at(-20), values: false }).state).toBe('awaited');
    // The status was written again since: the values in it were read after the change.
    expect(age({ takenAt: at(-20), statusAt: at(-5) }).state).toBe('fresh');
    expect(age({ takenAt: at(-20), statusAt: at(-20), scrape: 'watch' }).state).toBe('fresh');
  });
  test('is not relied on where nothing can be read', () => {
    expect(age({ watched: false }).state).toBe('unwatched');
    expect(age({ reachable: false }).nextBy).toBeUndefined();
    expect(age({ delivered: false }).state).toBe('undelivered');
    expect(age({ delivered: false, values: false }).state).toBe('awaited');
    expect(age({ unread: 'connection refused' })).toMatchObject({ state: 'unread', nextBy: '2026-03-01T10:01:54Z' });
    expect(age({ gone: true }).state).toBe('gone');
  });
});

describe('the next try of a refused work', () => {
  test('follows 5, 10, 20 … s, at most 1,000 s', () => {
    expect(nextTry(at(-1), '', now)).toBe('2026-03-01T10:00:04Z');
    expect(nextTry(at(-6), '', now)).toBe('2026-03-01T10:00:09Z');
    expect(nextTry(at(-16), '', now)).toBe('2026-03-01T10:00:19Z');
    const far = Date.parse(nextTry(at(-90_000), '', now)!);
    expect(far).toBeGreaterThan(now);
    expect(far - now).toBeLessThanOrEqual(1_000_000);
  });
  test('is not known for a conflict, nor without a time', () => {
    expect(nextTry(at(-1), 'Apply failed with 1 conflict: conflict with "x": .data.a', now)).toBeUndefined();
    expect(nextTry(undefined, '', now)).toBeUndefined();
  });
});
