import { type Fault, FaultError } from '../../../shared/fault.ts';
import { type Answer, bodyBytes } from './exchange.ts';
import { patienceMs, retryAfter } from './pace.ts';
import { PassingFault } from './passing.ts';
import type { Right } from './scope.ts';

/** What a request was about: what its fault names. */
export interface Topic {
  host: string;
  repository: string;
  right: Right;
  /** What was asked for: a tag, a digest, "the list of tags". */
  what: string;
}

/** What a registry said is wrong (distribution-spec, error codes). */
export interface Refusal {
  codes: string[];
  words: string;
}

/** The detail of an error where it adds anything: the digests that are missing, not the request said again. */
function telling(detail: unknown): string {
  const text = typeof detail === 'string' ? detail : JSON.stringify(detail ?? '');
  return typeof detail === 'string' || /sha(256|512):/.test(text) ? text.slice(0, 200) : '';
}

/** Reads the error answer of a registry; other bodies count as words too, when they are short text. */
export async function readRefusal({ body, headers }: Pick<Answer, 'body' | 'headers'>): Promise<Refusal> {
  const text = (await bodyBytes(body, 262_144).catch(() => undefined))?.toString('utf8').trim() ?? '';
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    const all = Array.isArray(errors) ? errors.map((one) => Object(one) as Record<string, unknown>) : [];
    const told = all.map(({ code, message, detail }) => [code, message, telling(detail)].filter(Boolean).join(' '));
    return { codes: all.map(({ code }) => String(code)), words: told.join('; ').slice(0, 400) };
  } catch {
    const isText = !String(headers['content-type'] ?? '').includes('html');
    return { codes: [], words: isText ? text.replaceAll(/\s+/g, ' ').slice(0, 200) : '' };
  }
}

const rights: Record<Right, string> = {
  pull: 'to pull from',
  push: 'to push to',
  delete: 'to delete from',
  list: 'to list the repositories of',
};

/** `2026-11-22T20:00Z`; no registry means a time that no calendar holds. */
const minuteOf = (ms: number): string => `${new Date(Math.min(ms, 8.64e15)).toISOString().slice(0, -8)}Z`;

const quotaWords =
  /quota|insufficient storage|no space left|storage limit|exceed(s|ed|ing)?\b.*\b(limit|storage|size)|disk full/i;

/**
 * The fault for an answer that is no success. `now` is this computer's clock, ms. Passing ones: 408, 425, 429, 5xx.
 * Codes: registry.forbidden, .notFound, .quota, .tooLarge, .tls, .refused.
 */
export function answerFault(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  { codes, words }: Refusal,
  { host, repository, right, what }: Topic,
  now: number,
): FaultError {
  const place = repository ? `${host}/${repository}` : host;
  const said = words && `: ${words}`;
  const make = (code: string, message: string, remedy: string, field?: string): Fault => ({
    code: `registry.${code}`,
    message,
    remedy,
    ...(field && { field }),
    about: [place],
  });
  if (status !== 429 && (status === 507 || quotaWords.test(words)))
    return new FaultError(
      make(
        'quota',
        `${place} has no room for ${what} (${status}${said}).`,
        'Free space in the registry or raise its quota, then go on.',
      ),
    );
  if (status === 403 || codes.includes('DENIED')) {
    const message = `${host} denies the right ${rights[right]} ${repository || 'it'} (${status}${said}).`;
    return new FaultError(
      make('forbidden', message, `Ask whoever runs it for the right "${right}" on ${place}.`, 'credential'),
    );
  }
  if (status === 413 || codes.includes('SIZE_INVALID') || /\bbody too large\b/i.test(words))
    return new FaultError(
      make(
        'tooLarge',
        `${host} takes nothing as large as ${what} (${status}${said}).`,
        'Raise the size limit of the registry or of the proxy before it.',
      ),
    );
  if (status === 404) {
    const message = codes.includes('NAME_UNKNOWN') ? `${place} does not exist` : `${place} has no ${what}`;
    const remedy =
      right === 'push'
        ? `Create ${place} first: this registry makes no repositories by itself.`
        : 'Check name and tag, and that it was pushed.';
    return new FaultError(make('notFound', `${message} (404${said}).`, remedy, 'image'));
  }
  if (/HTTP request to an HTTPS server/i.test(words))
    return new FaultError(
      make('tls', `${host} speaks TLS, not plain HTTP.`, 'Switch plain HTTP off for this registry.', 'plainHttp'),
    );
  const afterMs = retryAfter(headers['retry-after'], now);
  if (status === 429) {
    const when = afterMs && afterMs > 60_000 ? ` until ${minuteOf(now + afterMs)}` : '';
    const value = make(
      'quota',
      `${host} answers too many requests${when ? ` and asks to wait${when}` : ''} (429${said}).`,
      when
        ? 'Go on after that time, or sign in: signed-in users may ask more.'
        : 'Wait some minutes and go on; signed-in users may ask more.',
    );
    return (afterMs ?? 0) > patienceMs ? new FaultError(value) : new PassingFault(value, { afterMs });
  }
  const later = (afterMs ?? 0) > patienceMs;
  const remedy = later
    ? `It asks to wait until ${minuteOf(now + (afterMs ?? 0))}: go on then.`
    : status >= 500
      ? 'Look at the log of the registry; try again.'
      : status === 405 && right === 'push'
        ? 'It may be read-only, or a cache of another registry: push to that one, or have it opened for writing.'
        : 'See what the registry says; check that it is a registry of today.';
  const value = make(
    'refused',
    `${host} answered ${status} about ${what}${repository && ` of ${repository}`}${said}.`,
    remedy,
  );
  const passes = !later && status >= 500 && status !== 501 && status !== 505;
  return passes || (!later && (status === 408 || status === 425))
    ? new PassingFault(value, { afterMs })
    : new FaultError(value);
}
