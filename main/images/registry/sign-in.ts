import type { Clock } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credential } from './effects.ts';
import type { Answer, Sent } from './exchange.ts';
import { scopeSet } from './scope.ts';
import { basicOf, fetchToken, type Token } from './token.ts';

export interface SignInOptions {
  origin: string;
  clock: Clock;
  send(sent: Sent): Promise<Answer>;
  credential(repository: string): Promise<Credential | undefined>;
}

/** What a request is signed for. `repository` chooses among credentials, `scopes` among tokens. */
interface Purpose {
  repository: string;
  scopes: readonly string[];
  signal: AbortSignal | undefined;
}

/** Signs requests to one registry. Nothing is sent unasked: the first request goes without, the 401 says what is wanted. */
export interface SignIn {
  /** The Authorization header as far as the way in is known; undefined for none. */
  header(purpose: Purpose): Promise<string | undefined>;
  /**
   * Told of a 401 and the header that was sent. True when another try makes sense: the way in is known now, or the token
   * that ran out was thrown away.
   */
  refused(
    purpose: Purpose,
    header: string | undefined,
    wwwAuthenticate: string | string[] | undefined,
  ): Promise<boolean>;
  /** Which credential is used for a repository, in words; undefined when there is none. */
  whose(repository: string): Promise<string | undefined>;
  /** Whether a 401 told a way in so far. */
  asked(): boolean;
}

const pick = (challenges: Challenge[]): Challenge | undefined =>
  challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm']) ??
  challenges.find(({ scheme }) => scheme === 'basic');

/** What others wait for too, but not longer than the signal says. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export function createSignIn({ origin, clock, send, credential }: SignInOptions): SignIn {
  let way: Challenge | undefined;
  const tokens = new Map<string, Token>();
  const underway = new Map<string, Promise<Token>>();
  // Scopes a registry wanted beyond those we thought of, by what we asked for.
  const extra = new Map<string, string[]>();

  const realmOf = ({ parameters }: Challenge): URL => {
    const text = parameters['realm'] ?? '';
    const realm = URL.canParse(text, origin) ? new URL(text, origin) : undefined;
    // A password must not leave over a line that anyone can read when the registry itself is on TLS.
    if (realm && (realm.protocol === 'https:' || (realm.protocol === 'http:' && origin.startsWith('http:'))))
      return realm;
    throw fault(
      'registry.unauthorized',
      `${new URL(origin).host} sends us to "${text}" to sign in, which is not on TLS.`,
      'Tell whoever runs the registry: its token server (realm) must be an https address.',
      { field: 'host' },
    );
  };
  const keyOf = (service: string | undefined, scopes: readonly string[], used: Credential | undefined) =>
    JSON.stringify([service, scopes, used]);
  const scopesFor = (scopes: readonly string[]) => scopeSet(...scopes, ...(extra.get(scopes.join(' ')) ?? []));

  async function bearer(challenge: Challenge, { repository, scopes, signal }: Purpose): Promise<string> {
    const used = await credential(repository);
    if (used && 'registryToken' in used) return used.registryToken;
    const { service } = challenge.parameters;
    const wanted = scopesFor(scopes);
    const key = keyOf(service, wanted, used);
    const known = tokens.get(key);
    if (known && known.until > clock.now()) return known.value;
    let fetching = underway.get(key);
    if (!fetching) {
      // Several callers may wait for this one, so that none of their signals may end it.
      const ask = { realm: realmOf(challenge), service, scopes: wanted, credential: used, signal: undefined };
      fetching = fetchToken(ask, send, clock).finally(() => underway.delete(key));
      underway.set(key, fetching);
      fetching.then(
        (token) => tokens.set(key, token),
        () => {},
      );
    }
    return (await untilAborted(fetching, signal)).value;
  }

  return {
    async header(purpose) {
      if (!way) return undefined;
      if (way.scheme === 'bearer') return `Bearer ${await bearer(way, purpose)}`;
      const used = await credential(purpose.repository);
      return used && basicOf(used);
    },
    async refused({ scopes, repository }, header, wwwAuthenticate) {
      const challenge = pick(parseChallenges(wwwAuthenticate));
      if (!challenge) return false;
      const before = way;
      way = challenge;
      const ours = scopes.join(' ');
      const asked = challenge.parameters['scope']?.split(' ').filter(Boolean) ?? [];
      const missing = asked.filter((scope) => !scopesFor(scopes).includes(scope));
      if (missing.length > 0) extra.set(ours, scopeSet(...(extra.get(ours) ?? []), ...missing));
      if (header === undefined) {
        if (challenge.scheme === 'bearer') return true;
        const used = await credential(repository);
        return used !== undefined && basicOf(used) !== undefined;
      }
      if (challenge.scheme !== 'bearer') return before?.scheme === 'bearer';
      for (const [key, token] of tokens) if (header === `Bearer ${token.value}`) tokens.delete(key);
      return true;
    },
    asked: () => way !== undefined,
    async whose(repository) {
      const used = await credential(repository);
      if (!used) return undefined;
      return 'user' in used ? used.user : 'identityToken' in used ? 'the identity token' : 'the registry token';
    },
  };
}
