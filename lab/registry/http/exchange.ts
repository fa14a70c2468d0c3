import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegistryError } from '../errors.ts';
import type { ManifestReader } from '../referrers.ts';
import type { Shelf, Storage } from '../types.ts';

/** What a registry does besides what the protocol asks. */
export interface Policy {
  /** Manifests that name what is not there: indexes may (default), all may, none may. */
  sparse: 'indexes' | 'all' | 'refuse';
  /** Largest manifest taken, in bytes; default 4 MiB. */
  manifestBytes: number;
  /** Most entries of one page of tags, repositories and referrers; default 1,000. */
  page: number;
}

/** One request with everything that answering it needs. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  shelf: Shelf;
  /** Undefined when the registry is read-only. */
  storage: Storage | undefined;
  reader: ManifestReader;
  policy: Policy;
}

/** Answers without a body. */
export function sendEmpty({ response }: Exchange, status: number, headers: Record<string, string | number> = {}): void {
  response.writeHead(status, { 'content-length': 0, ...headers });
  response.end();
}

/** Answers with bytes, but to a HEAD only with their length. */
export function sendBytes(
  { request, response }: Exchange,
  status: number,
  bytes: Buffer | string,
  headers: Record<string, string | string[]>,
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(bytes), ...headers });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

export const sendJson = (exchange: Exchange, value: unknown, headers: Record<string, string> = {}): void =>
  sendBytes(exchange, 200, JSON.stringify(value), { 'content-type': 'application/json', ...headers });

/** The storage, for requests that change something. */
export function writable({ storage }: Exchange): Storage {
  if (!storage) throw new RegistryError(405, 'UNSUPPORTED', 'this registry is read-only');
  return storage;
}

/** How long the rest of a refused request is read, in ms. */
const drainMs = 5000;

/** The body of a request, which stays open when reading stops early: the client is still to hear why. */
export const bodyStream = ({ request }: Exchange): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>,
});

/** Answers with an error body (distribution-spec, "Error codes"). What no one foresaw is 500; a full disk 507. */
export function sendError({ request, response }: Pick<Exchange, 'request' | 'response'>, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known = error instanceof RegistryError ? error : undefined;
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  const message = full ? 'no space left on the registry' : error instanceof Error ? error.message : String(error);
  const detail = known?.detail;
  const body = JSON.stringify({
    errors: [{ code: known?.code ?? 'UNKNOWN', message, ...(detail !== undefined && { detail }) }],
  });
  // A client that still sends hears the refusal only when it is read on; one that never stops is cut off.
  if (!request.complete) {
    const timer = setTimeout(() => request.destroy(), drainMs);
    request.once('close', () => clearTimeout(timer)).resume();
  }
  response.writeHead(known?.status ?? (full ? 507 : 500), {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...known?.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
