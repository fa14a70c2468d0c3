import { bodyBytes, drain } from './exchange.ts';
import { nextPage } from './location.ts';
import type { Session } from './session.ts';

/** Tags of repositories that have few of them: one request answers many questions for a moment. */
export interface TagBook {
  /** All tags, when they fit one page of 1,000; undefined where they do not, or where the registry does not tell. */
  few(repository: string, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  /** After a tag was written. */
  forget(repository: string): void;
}

/** How long a list counts (ms), and how long it is known that a repository has too many tags. */
const fresh = 2000;
const crowded = 600_000;

export function createTagBook(session: Session): TagBook {
  const known = new Map<string, { until: number; tags: Promise<ReadonlySet<string> | undefined> }>();

  async function ask(repository: string, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    const answer = await session
      .send({
        method: 'GET',
        path: `/v2/${repository}/tags/list?n=1000`,
        repository,
        right: 'pull',
        what: 'the list of tags',
        good: [200, 400, 404, 405, 501],
        headers: { accept: 'application/json' },
        signal,
      })
      .catch((error: unknown) => {
        // Some registries let one pull, but not list.
        if (/^registry\.(unauthorized|forbidden)$/.test(String((error as { fault?: { code?: string } }).fault?.code)))
          return undefined;
        throw error;
      });
    if (!answer) return undefined;
    if (answer.status !== 200 || nextPage(answer.headers.link, answer.url)) {
      await drain(answer.body);
      return undefined;
    }
    try {
      const { tags } = JSON.parse((await bodyBytes(answer.body, 1_048_576))?.toString('utf8') ?? '') as {
        tags?: unknown;
      };
      // Some registries cut the list without saying so: a full page may not be all.
      const complete = Array.isArray(tags) && tags.length < 1000;
      return complete ? new Set(tags.filter((tag) => typeof tag === 'string')) : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    few(repository, signal) {
      const now = session.now();
      const before = known.get(repository);
      if (before && before.until > now) return before.tags;
      const tags = ask(repository, signal);
      const entry = { until: now + fresh, tags };
      known.set(repository, entry);
      tags.then(
        (list) => {
          if (!list) entry.until = now + crowded;
        },
        () => known.delete(repository),
      );
      return tags;
    },
    forget: (repository) => void known.delete(repository),
  };
}
