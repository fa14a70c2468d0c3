import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';

/** What a server answered; `json` is undefined where the body is no JSON. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  json: unknown;
}

export interface CallOptions {
  body?: unknown;
  /** Content type; JSON when left out. */
  type?: string;
  accept?: string;
  /** Another identity than the caller's own. */
  token?: string;
}

/** A bare HTTPS client: no retries, no opinions. */
export interface Caller {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Lines of a watch, until `count` came, the server ended it or `ms` passed. */
  lines(path: string, count: number, ms?: number): Promise<unknown[]>;
  close(): void;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export function createCaller({ url, caPem, token }: { url: string; caPem: string; token: string }): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: caPem });
  const open = (method: string, path: string, { body, type, accept, token: other }: CallOptions) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(`${url}${path}`, {
      method,
      agent,
      headers: {
        Authorization: `Bearer ${other ?? token}`,
        'User-Agent': 'suite/1.0',
        Accept: accept ?? 'application/json',
        ...(text !== undefined && {
          'Content-Type': type ?? 'application/json',
          'Content-Length': String(Buffer.byteLength(text)),
        }),
      },
    });
    sent.end(text);
    return sent;
  };
  return {
    call: (method, path, options = {}) =>
      new Promise((resolve, reject) => {
        const sent = open(method, path, options);
        sent.once('error', reject);
        sent.once('response', (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.once('error', reject).once('end', () => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, headers, body, json: parsed(body) });
          });
        });
      }),
    lines: (path, count, ms = 10_000) =>
      new Promise((resolve, reject) => {
        const sent = open('GET', path, {});
        let text = '';
        const done = () => {
          clearTimeout(timer);
          sent.off('error', reject).on('error', () => {});
          sent.destroy();
          resolve(text.split('\n').slice(0, -1).slice(0, count).map(parsed));
        };
        const timer = setTimeout(done, ms);
        sent.once('error', reject).once('response', (response) => {
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
            if (text.split('\n').length > count) done();
          });
          response.once('end', done).once('error', () => {});
        });
      }),
    close: () => agent.destroy(),
  };
}
