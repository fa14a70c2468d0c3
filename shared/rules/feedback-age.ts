/** What is known of the feedback of a work. Times are RFC 3339 by the hub's clock. */
export interface FeedbackFacts {
  /** Applied is True at the present generation. */
  delivered: boolean;
  /** When the agent took up the present spec, and when it last wrote the status. */
  takenAt: string | undefined;
  statusAt: string | undefined;
  /** There are values at all, and some whose object has gone since. */
  values: boolean;
  gone: boolean;
  /** The agent's words where it cannot read any more, '' where it can. */
  unread: string;
  scrape: 'watch' | 'poll';
  /** The spoke is Available on the hub. */
  reachable: boolean;
  /** The hub is watched now: what is stored is what it has. */
  watched: boolean;
}

/** `fresh` may be relied on; every other state says why not. `nextBy`: the agent has read again by then at the latest. */
export interface FeedbackAge {
  state: 'fresh' | 'awaited' | 'before' | 'undelivered' | 'unread' | 'gone' | 'unreachable' | 'unwatched';
  sentence: string;
  nextBy?: string;
}

/** The work agent of a single node reads every 60 s × (1 … 1.9), measured up to 114 s (real-ocm.md C); a watch needs no poll. */
export const longestPollMs = 114_000;
const watchMs = 5_000;

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/**
 * How far the feedback of a work may be relied on at `now` (ms, hub's clock). Values are never cleared: after a change of the spec
 * they are those of before until the next poll, and they stay when the object or the spoke is gone (real-ocm.md B3, B4).
 */
export function feedbackAge(facts: FeedbackFacts, now: number): FeedbackAge {
  const { delivered, takenAt, statusAt, values, gone, unread, scrape, reachable, watched } = facts;
  if (!watched) {
    return { state: 'unwatched', sentence: 'The hub is not watched now; this is what it said last.' };
  }
  if (!reachable) {
    return {
      state: 'unreachable',
      sentence: 'Read before the spoke went silent; it is read again once the spoke is back.',
    };
  }
  if (!delivered) {
    return values
      ? { state: 'undelivered', sentence: 'These values are of before: the work is not applied as it stands now.' }
      : { state: 'awaited', sentence: 'Nothing is read before the work is applied.' };
  }
  if (unread !== '') {
    return {
      state: 'unread',
      sentence: `These values are of before: the agent cannot read now: ${unread}`,
      nextBy: iso(now + longestPollMs),
    };
  }
  const taken = takenAt === undefined ? Number.NaN : Date.parse(takenAt);
  const due = taken + (scrape === 'watch' ? watchMs : longestPollMs);
  // A status written later than the spec was taken up holds values that were read after it.
  const readSince = statusAt !== undefined && Date.parse(statusAt) > taken + 1000;
  if (now < due && !readSince) {
    return values
      ? { state: 'before', sentence: 'Read before the last change of the work.', nextBy: iso(due) }
      : { state: 'awaited', sentence: 'Not read yet.', nextBy: iso(due) };
  }
  if (gone) {
    return { state: 'gone', sentence: 'The last values of an object that is not on the spoke any more.' };
  }
  return { state: 'fresh', sentence: '' };
}

/** First pause of the agent after a failed apply, doubled each time up to the longest, ms (real-ocm.md B6). */
const firstRetryMs = 5_120;
const longestRetryMs = 1_000_000;

/**
 * When the agent tries a refused work again, about: pauses of 5, 10, 20 … 1,000 s from its first try (`since`) on. Undefined where it
 * only tries at its resync of 4 to 6 minutes: a conflict of field owners is not retried.
 */
export function nextTry(since: string | undefined, message: string, now: number): string | undefined {
  if (since === undefined || /Apply failed with \d+ conflict/.test(message)) return undefined;
  let at = Date.parse(since);
  if (Number.isNaN(at)) return undefined;
  let pause = firstRetryMs;
  while (at <= now) {
    // Far in the past every pause is the longest: no need to walk them one by one.
    if (pause >= longestRetryMs) at += Math.floor((now - at) / longestRetryMs) * longestRetryMs;
    at += pause;
    pause = Math.min(longestRetryMs, pause * 2);
  }
  return iso(at);
}
