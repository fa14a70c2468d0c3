import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answered, Asked } from './memory-registry.ts';

/** What a token server was asked. */
interface TokenAsked {
  method: string;
  service: string | null;
  scopes: string[];
  authorization: string;
  refreshToken: string | null;
}

export interface TokenServerOptions {
  /** Who may sign in; anyone without a sign-in when left out. */
  user?: string;
  password?: string;
  refreshToken?: string;
  /** What it says about lifetime, s; left out of the answer when undefined. */
  expiresIn?: number;
  /** Answers POST with this status instead. */
  postStatus?: number;
  /** The key of the token in the answer. */
  key?: 'token' | 'access_token';
  /** Actions nobody gets, e.g. `push`. */
  withheld?: readonly string[];
  delayMs?: number;
  /** Answers 503 so many times first. */
  busy?: number;
  /** Retry-After of those answers. */
  retryAfter?: string;
  /** Writes the token for these scopes, for a registry that reads it itself; one without meaning when left out. */
  make?: (scopes: readonly string[]) => string;
}

/** A token server and the guard of a registry that trusts it (distribution docs/content/spec/auth). */
export interface TokenServer {
  realm: string;
  asked: TokenAsked[];
  /** Tokens given out so far no longer count. */
  revoke(): void;
  /** For FaultyOptions.guard. */
  guard(asked: Asked): Answered | undefined;
  stop(): Promise<void>;
}

/** `repository:a/b:pull,push` → one right for each action. */
const rightsOf = (scope: string): string[] => {
  const [, type = '', name = '', actions = ''] = /^([^:]+):(.+):([^:]+)$/.exec(scope) ?? [];
  return actions.split(',').map((action) => `${type}:${name}:${action}`);
};

/** The right a request needs. */
function needed({ method, url }: Asked): string[] {
  const [, repository = ''] = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url.pathname) ?? [];
  if (url.pathname === '/v2/_catalog') return ['registry:catalog:*'];
  if (!repository) return [];
  const action =
    method === 'GET' || method === 'HEAD'
      ? 'pull'
      : method === 'DELETE' && !url.pathname.includes('/uploads/')
        ? 'delete'
        : 'push';
  const from = url.searchParams.get('from');
  return [`repository:${repository}:${action}`, ...(from ? [`repository:${from}:pull`] : [])];
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

/** Starts it on a free loopback port. */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const {
    user,
    password,
    refreshToken,
    expiresIn,
    postStatus,
    key = 'token',
    withheld = [],
    delayMs = 0,
    busy = 0,
    retryAfter,
  } = options;
  const given = new Map<string, string[]>();
  const asked: TokenAsked[] = [];
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const form = new URLSearchParams(await read(request));
    const from = request.method === 'POST' ? form : url.searchParams;
    const scopes =
      request.method === 'POST' ? (form.get('scope') ?? '').split(' ').filter(Boolean) : from.getAll('scope');
    const one = {
      method: request.method ?? '',
      service: from.get('service'),
      scopes,
      authorization: request.headers.authorization ?? '',
      refreshToken: form.get('refresh_token'),
    };
    asked.push(one);
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (asked.length <= busy) {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      return say(503, {});
    }
    if (one.method === 'POST' && postStatus) return say(postStatus, {});
    const known =
      refreshToken !== undefined &&
      (one.refreshToken === refreshToken ||
        one.authorization === `Basic ${Buffer.from(`<token>:${refreshToken}`).toString('base64')}`);
    if (!known && wanted !== undefined && one.authorization !== wanted)
      return say(401, { details: 'incorrect username or password' });
    const token = options.make?.(scopes) ?? randomUUID();
    given.set(
      token,
      scopes.flatMap(rightsOf).filter((right) => !withheld.some((action) => right.endsWith(`:${action}`))),
    );
    say(200, { [key]: token, ...(expiresIn !== undefined && { expires_in: expiresIn }) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?account=any`;
  return {
    realm,
    asked,
    revoke: () => given.clear(),
    guard(request) {
      const rights = needed(request);
      const has = given.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
      if (has && rights.every((right) => has.includes(right))) return undefined;
      const scope = rights.map((right) => right.replace(/:push$/, ':pull,push')).join(' ');
      const error = has ? ',error="insufficient_scope"' : '';
      return {
        status: 401,
        headers: {
          // As Harbor and others do: two ways in one header, and a comma inside quotes.
          'www-authenticate': `Basic realm="a, b", Bearer realm="${realm}",service="the, service"${scope && `,scope="${scope}"`}${error}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }),
      };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
