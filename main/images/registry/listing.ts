import { fault } from '../../../shared/fault.ts';
import { bodyBytes, drain } from './exchange.ts';
import { nextPage } from './location.ts';
import type { Session } from './session.ts';

interface Listing {
  path: string;
  key: 'tags' | 'repositories';
  repository: string;
  /** Statuses that mean "this registry has no such list". */
  none: readonly number[];
  signal: AbortSignal | undefined;
}

const pageLimit = 32 * 1_048_576;
const pageLength = 1000;

async function readAll(
  session: Session,
  { path, key, repository, none, signal }: Listing,
): Promise<string[] | undefined> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const first = new URL(`${path}?n=${pageLength}`, session.origin);
  let url: URL | undefined = first;
  // A server whose next page is a page it gave before would never end.
  for (; url && !seen.has(url.href); url = url && seen.has(url.href) ? undefined : url) {
    seen.add(url.href);
    const {
      status,
      headers,
      body,
      url: at,
    } = await session.send({
      method: 'GET',
      path: url,
      repository,
      right: key === 'tags' ? 'pull' : 'list',
      what: `the list of ${key}`,
      good: [200, ...none, ...(url === first ? [400] : [])],
      headers: { accept: 'application/json' },
      signal,
    });
    if (status === 400) {
      await drain(body);
      // Its owner lets nobody ask for so many at once (distribution, catalog.maxentries): it may choose how many.
      url = new URL(path, session.origin);
      continue;
    }
    if (status !== 200) {
      await drain(body);
      return undefined;
    }
    const text = (await bodyBytes(body, pageLimit))?.toString('utf8') ?? '';
    let list: unknown;
    try {
      list = (JSON.parse(text) as Record<string, unknown>)[key] ?? [];
    } catch {
      list = undefined;
    }
    if (!Array.isArray(list))
      throw fault(
        'registry.refused',
        `${session.host} gave no list of ${key}.`,
        'Check that this address is a registry.',
        { field: 'host' },
      );
    const before = found.size;
    for (const one of list) if (typeof one === 'string') found.add(one);
    url = nextPage(headers.link, at);
    // Some cut a list without saying so (go-containerregistry): a full page is asked on, until it brings nothing new.
    if (!url && list.length === pageLength && found.size > before) {
      url = new URL(first);
      url.searchParams.set('last', String(list.at(-1)));
    }
  }
  return [...found];
}

/** All tags of a repository, paged by Link. Faults: registry.notFound. */
export const listTags = async (session: Session, repository: string, signal?: AbortSignal): Promise<string[]> =>
  (await readAll(session, { path: `/v2/${repository}/tags/list`, key: 'tags', repository, none: [], signal })) ?? [];

/** All repositories (GET /v2/_catalog), undefined where the registry has no such list or does not show it to us. */
export async function listRepositories(session: Session, signal?: AbortSignal): Promise<string[] | undefined> {
  try {
    return await readAll(session, {
      path: '/v2/_catalog',
      key: 'repositories',
      repository: '',
      none: [403, 404, 405, 501],
      signal,
    });
  } catch (error) {
    const { code } = Object((error as { fault?: unknown }).fault) as { code?: string };
    if (code === 'registry.unauthorized' || code === 'registry.forbidden') return undefined;
    throw error;
  }
}
