import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, createGzip, gzip } from 'node:zlib';
import type { ApiError } from '../../api.ts';
import { statusOf } from '../errors.ts';

/** One request as handlers see it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Lab time, ms. */
  now: () => number;
  warnings: string[];
}

/** Smaller bodies are not worth compressing (apiserver's own limit, bytes). */
const worthCompressing = 128 * 1024;

const takesGzip = ({ request }: Exchange) => /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));

/** Every answer carries the lab's time, so that clients learn the hub's clock from it. */
export function head(exchange: Exchange, headers: Record<string, string> = {}): Record<string, string | string[]> {
  return {
    'Cache-Control': 'no-cache, private',
    Date: new Date(exchange.now()).toUTCString(),
    ...(exchange.warnings.length > 0 && {
      Warning: exchange.warnings.map((text) => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`),
    }),
    ...headers,
  };
}

/** Sends a whole body. */
export function sendText(exchange: Exchange, status: number, text: string, type = 'application/json'): void {
  const { response } = exchange;
  const body = Buffer.from(text);
  if (body.length < worthCompressing || !takesGzip(exchange)) {
    response.writeHead(status, head(exchange, { 'Content-Type': type, 'Content-Length': String(body.length) }));
    response.end(body);
    return;
  }
  gzip(body, { level: constants.Z_BEST_SPEED }, (error, packed) => {
    if (error) return void response.destroy(error);
    const headers = { 'Content-Type': type, 'Content-Encoding': 'gzip', 'Content-Length': String(packed.length) };
    response.writeHead(status, head(exchange, headers));
    response.end(packed);
  });
}

export const sendJson = (exchange: Exchange, status: number, value: unknown): void =>
  sendText(exchange, status, JSON.stringify(value));

export function sendError(exchange: Exchange, error: ApiError): void {
  if (exchange.response.headersSent) return void exchange.response.destroy();
  const after = error.details?.retryAfterSeconds;
  if (after !== undefined) exchange.response.setHeader('Retry-After', String(after));
  // No route at all: the real server's router answers, not its API.
  if (error.status === 404 && error.details && Object.keys(error.details).length === 0) {
    sendText(exchange, 404, '404 page not found\n', 'text/plain; charset=utf-8');
  } else sendJson(exchange, error.status, statusOf(error));
}

/** Sends a long body piece by piece, keeping the event loop and the reader's pace in mind. */
export async function sendParts(exchange: Exchange, parts: Iterable<string>): Promise<void> {
  const { response } = exchange;
  const packed = takesGzip(exchange);
  response.writeHead(
    200,
    head(exchange, { 'Content-Type': 'application/json', ...(packed && { 'Content-Encoding': 'gzip' }) }),
  );
  const out = packed ? createGzip({ level: constants.Z_BEST_SPEED }) : response;
  if (packed) out.pipe(response);
  let buffer = '';
  for (const part of parts) {
    buffer += part;
    if (buffer.length < 256 * 1024) continue;
    const flowing = out.write(buffer);
    buffer = '';
    if (!flowing)
      await new Promise((resolve) => {
        out.once('drain', resolve);
        response.once('close', resolve);
      });
    if (response.destroyed) return;
  }
  out.end(buffer);
}
