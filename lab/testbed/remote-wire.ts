import { Agent, type RequestOptions, request } from 'node:https';
import type { Status } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';

/** Where a real API server is, and who we are there. */
export interface RemoteServer {
  url: string;
  caPem: string;
  token: string;
}

export interface Asked {
  method: string;
  path: string;
  /** User-Agent, whose part before the slash becomes the manager in managedFields. */
  manager: string;
  body?: unknown;
  /** Content type of the body; JSON when left out. */
  type?: string;
}

/** Requests to a real API server that outlive its restarts. */
export interface RemoteWire {
  /** The answered JSON. Refusals are ApiErrors with the server's words. */
  ask(asked: Asked): Promise<unknown>;
  /** Calls `line` for each JSON line until the server ends the answer; rejects with ApiError or the connection's error. */
  stream(asked: Asked, line: (value: unknown) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

const retryMs = 250;
const busy = new Set([429, 503, 504]);

function refusal(status: number, text: string): ApiError {
  try {
    const { reason = 'Unknown', message = text, details } = JSON.parse(text) as Status;
    return new ApiError(status, reason, message, details);
  } catch {
    return new ApiError(status, 'Unknown', text.trim());
  }
}

/**
 * A controller outlives its API server: a request that finds it gone or busy is sent again, for ever, as the queue of a
 * real controller does in the end. What was carried out though the answer got lost is answered with a conflict then,
 * which actors take as others' doing. After `close` nothing is answered any more: who asked has ended too.
 */
export function createRemoteWire({ url, caPem, token }: RemoteServer): RemoteWire {
  const { hostname, port } = new URL(url);
  const common: RequestOptions = { hostname, port, ca: caPem };
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const watches = new Agent({ keepAlive: false });
  let closed = false;

  function open({ method, path, manager, body, type }: Asked, more: RequestOptions) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request({
      ...common,
      ...more,
      method,
      path,
      headers: {
        Authorization: `Bearer ${token}`,
        'User-Agent': `${manager}/lab`,
        Accept: 'application/json',
        ...(text !== undefined && {
          'Content-Type': type ?? 'application/json',
          'Content-Length': String(Buffer.byteLength(text)),
        }),
      },
    });
    sent.end(text);
    return sent;
  }
  const once = (asked: Asked) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      open(asked, { agent })
        .once('error', reject)
        .once('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        });
    });
  return {
    async ask(asked) {
      for (;;) {
        const answer = await once(asked).catch(() => undefined);
        if (closed) return new Promise(() => {});
        if (answer && !busy.has(answer.status)) {
          if (answer.status < 300) return JSON.parse(answer.text);
          throw refusal(answer.status, answer.text);
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    },
    stream: (asked, line, signal) =>
      new Promise((resolve, reject) => {
        open(asked, { agent: watches, signal })
          .once('error', reject)
          .once('response', (response) => {
            let rest = '';
            response.setEncoding('utf8').once('error', reject);
            if (response.statusCode !== 200) {
              response.on('data', (chunk: string) => {
                rest += chunk;
              });
              response.once('end', () => reject(refusal(response.statusCode ?? 0, rest)));
              return;
            }
            response.on('data', (chunk: string) => {
              const lines = (rest + chunk).split('\n');
              rest = lines.pop() ?? '';
              for (const one of lines) if (one) line(JSON.parse(one));
            });
            response.once('end', resolve);
          });
      }),
    close() {
      closed = true;
      agent.destroy();
      watches.destroy();
    },
  };
}
