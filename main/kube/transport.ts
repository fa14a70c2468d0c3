import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../shared/clock.ts';
import { FaultError, fault } from '../../shared/fault.ts';
import { createGate } from './gate.ts';
import type { HubClock } from './hub-clock.ts';
import type { Login, Signed } from './login.ts';
import { readStatus, statusFault } from './status-fault.ts';
import { unauthorizedFault } from './token-end.ts';
import { transportFault, wasCut } from './transport-fault.ts';

/** One request. `path` starts at the server's base address and holds the query. */
export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal | undefined;
  /** It only reads, so it may be sent again after a reset or a server error. */
  reads?: boolean;
  /** Longest silence within the body, ms. */
  idleMs?: number;
}

/** Sends requests signed, retried and counted; every refusal is a fault `kube.*`. */
export interface Transport {
  json(ask: Ask): Promise<unknown>;
  text(ask: Ask): Promise<string>;
  /** The body as it comes. Not counted among the requests in flight: a watch lasts. */
  stream(ask: Ask): Promise<Dispatcher.ResponseData['body']>;
  close(): void;
}

export interface TransportOptions {
  server: string;
  login: Login;
  hubClock: HubClock;
  clock: Clock;
  random: () => number;
  userAgent: string;
  /** Sent with every request: impersonation. */
  headers: Record<string, string | string[]>;
  /** gzip pays over a network, not over loopback. */
  compress: boolean;
  /** Requests in flight, watches not counted. */
  concurrency?: number;
}

const inflate = promisify(gunzip);
const readTries = 4;
const busyTries = 6;

async function textOf({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (headers['content-encoding'] !== 'gzip') return body.text();
  return (await inflate(Buffer.from(await body.arrayBuffer()))).toString('utf8');
}

function notJson(server: string, error: unknown): FaultError {
  const message = `${server} answered, but not as a Kubernetes API server does.`;
  return fault('kube.notKubernetes', message, 'Check the server address and the proxy.', {
    field: 'server',
    cause: error,
  });
}

/** Seconds or a date (RFC 9110 section 10.2.3) in ms, at most 30 s; undefined when absent or unreadable. */
function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 30_000) : undefined;
}

/** Makes the transport of one client. */
export function createTransport(options: TransportOptions): Transport {
  const { server, login, hubClock, clock, random, compress } = options;
  const { origin, pathname } = new URL(server);
  const basePath = pathname.replace(/\/$/, '');
  const gate = createGate(options.concurrency ?? 32);
  const closing = new AbortController();

  async function once<T>(
    ask: Ask,
    signed: Signed,
    use: (answer: Dispatcher.ResponseData) => Promise<T> | T,
    signal: AbortSignal,
  ) {
    const { method, path, body, idleMs } = ask;
    const answer = await signed.dispatcher.request({
      origin,
      path: basePath + path,
      method,
      signal,
      headers: {
        accept: ask.accept ?? 'application/json',
        'user-agent': options.userAgent,
        ...options.headers,
        ...signed.headers,
        ...(compress && idleMs === undefined && { 'accept-encoding': 'gzip' }),
        ...(body !== undefined && { 'content-type': ask.contentType ?? 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(idleMs !== undefined && { bodyTimeout: idleMs }),
    });
    const { date } = answer.headers;
    hubClock.learn(typeof date === 'string' ? date : undefined);
    if (answer.statusCode < 300) return { value: await use(answer) };
    const status = readStatus(await textOf(answer), answer.statusCode);
    const wait = retryAfter(answer.headers['retry-after'], hubClock.now());
    return { code: answer.statusCode, wait, fault: statusFault(status, answer.statusCode) };
  }

  async function send<T>(ask: Ask, use: (answer: Dispatcher.ResponseData) => Promise<T> | T): Promise<T> {
    const signal = ask.signal ? AbortSignal.any([ask.signal, closing.signal]) : closing.signal;
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const signed = await login.sign();
      // Full jitter, so that a fleet of feeds does not come back all at once.
      let pause = random() * Math.min(200 * 2 ** tries, 5000);
      try {
        const answer = await once(ask, signed, use, signal);
        if ('value' in answer) return answer.value;
        const { code, wait } = answer;
        if (code === 401 && !renewed && (await login.renew(signed))) {
          renewed = true;
          continue;
        }
        // 429 says that nothing was done, so a write may be repeated too.
        const again = code === 429 ? tries < busyTries : code >= 500 && ask.reads === true && tries < readTries;
        if (code === 401) throw unauthorizedFault(answer.fault, signed.headers.Authorization, hubClock.now());
        if (!again) throw answer.fault;
        if (wait !== undefined) pause += wait;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof FaultError) throw error;
        if (error instanceof SyntaxError) throw notJson(server, error);
        if (!wasCut(error) || !ask.reads || tries >= readTries) throw transportFault(error, server, clock.now());
      }
      await clock.sleep(pause, signal);
    }
  }

  const guarded = <T>(ask: Ask, use: (answer: Dispatcher.ResponseData) => Promise<T>) =>
    gate.run(() => send(ask, use), ask.signal);

  return {
    json: (ask) => guarded(ask, async (answer): Promise<unknown> => JSON.parse(await textOf(answer))),
    text: (ask) => guarded(ask, textOf),
    stream: (ask) => send(ask, ({ body }) => body),
    close() {
      closing.abort(fault('kube.closed', `The connection to ${server} was closed.`, 'Connect again.'));
      login.close();
    },
  };
}
