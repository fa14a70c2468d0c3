import type { Clock } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import type { Credential } from './effects.ts';
import { type Answer, bodyBytes, drain, type Sent } from './exchange.ts';
import { patienceMs, retryAfter } from './pace.ts';
import { PassingFault } from './passing.ts';

/** A bearer token and when to stop using it, ms. */
export interface Token {
  value: string;
  until: number;
}

export interface TokenAsk {
  realm: URL;
  service: string | undefined;
  scopes: readonly string[];
  credential: Credential | undefined;
  signal: AbortSignal | undefined;
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The Authorization header of user and password (RFC 7617). */
export const basicOf = (credential: Credential): string | undefined =>
  'user' in credential
    ? basic(credential.user, credential.password)
    : 'identityToken' in credential
      ? basic('<token>', credential.identityToken)
      : undefined;

function byGet({ realm, service, scopes, credential, signal }: TokenAsk): Sent {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credential && 'user' in credential) url.searchParams.set('account', credential.user);
  const authorization = credential && basicOf(credential);
  return { method: 'GET', url, headers: { ...(authorization && { authorization }) }, signal };
}

function byPost({ realm, service, scopes, signal }: TokenAsk, identityToken: string): Sent {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: service ?? realm.host,
    client_id: 'kmm-bastion',
    refresh_token: identityToken,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  });
  const body = Buffer.from(form.toString());
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  return { method: 'POST', url: realm, headers, body, signal };
}

function refused(status: number, { realm, credential }: TokenAsk, said: string) {
  const who = credential && 'user' in credential ? ` for ${credential.user}` : credential ? '' : ' without a sign-in';
  return fault(
    'registry.unauthorized',
    `The token server ${realm.host} gives no token${who} (${status}${said && `: ${said}`}).`,
    credential ? 'Check user and password; sign in again.' : 'Give user and password for this registry.',
    { field: 'credential' },
  );
}

/**
 * Asks a token server for a bearer token (distribution docs/content/spec/auth/{token,oauth}.md). An identity token goes by
 * POST, and by GET where the server knows no POST. Less scope than asked for is no error: the registry decides.
 * Faults: registry.unauthorized, .refused; passing ones while the server is busy.
 */
export async function fetchToken(ask: TokenAsk, send: (sent: Sent) => Promise<Answer>, clock: Clock): Promise<Token> {
  const { credential, realm } = ask;
  let answer: Answer | undefined;
  if (credential && 'identityToken' in credential) {
    answer = await send(byPost(ask, credential.identityToken));
    if (answer.status === 404 || answer.status === 405) {
      await drain(answer.body);
      answer = undefined;
    }
  }
  answer ??= await send(byGet(ask));
  const { status, headers } = answer;
  const text = (await bodyBytes(answer.body, 1_048_576))?.toString('utf8') ?? '';
  let json: Record<string, unknown> = {};
  try {
    json = Object(JSON.parse(text));
  } catch {
    // Its words are told below, if there are any.
  }
  const said = String(json['details'] ?? json['error_description'] ?? json['error'] ?? '').slice(0, 200);
  if (status === 401 || status === 403 || (status === 400 && credential)) throw refused(status, ask, said);
  const token = json['token'] || json['access_token'];
  if (status === 200 && typeof token === 'string') {
    const seconds = Number(json['expires_in']) > 0 ? Number(json['expires_in']) : 60;
    // A request signed in the last moment must still arrive in time.
    return { value: token, until: clock.now() + seconds * 1000 - Math.min(5_000, seconds * 200) };
  }
  const message = `The token server ${realm.host} answered ${status} without a token${said && `: ${said}`}.`;
  const remedy = 'Try again later; if it stays, tell whoever runs the registry.';
  const value = { code: 'registry.refused', message, remedy };
  const afterMs = retryAfter(headers['retry-after'], clock.now());
  // Hours are not waited for in silence.
  if ((status === 429 || status >= 500) && (afterMs ?? 0) <= patienceMs) throw new PassingFault(value, { afterMs });
  throw fault(value.code, message, remedy);
}
