import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault } from '../../../shared/fault.ts';
import type { WebFetch } from './web-fetch.ts';

interface FetchOptions {
  /** At most so many bytes; default 64 MiB. */
  limit?: number;
  accept?: string;
  signal?: AbortSignal | undefined;
}

/**
 * The whole of an address (http, https) or file. Faults: fetch.notFound when it is not there (404, no such file), fetch.refused,
 * fetch.unreachable, fetch.tooLarge.
 */
export type FetchPlace = (place: string, options?: FetchOptions) => Promise<Buffer>;

export const isAddress = (place: string): boolean => /^https?:\/\//i.test(place);

/** A place below another: an address with a path more, or a file in a folder. */
export const below = (base: string, path: string): string =>
  isAddress(base) ? `${base.replace(/\/+$/, '')}/${path}` : join(filePath(base), path);

const filePath = (place: string): string => (/^file:/i.test(place) ? fileURLToPath(place) : place);

/**
 * Makes the one way in which small things (graphs, signatures, keys, chart indexes) are fetched. No bytes for `stallMs` (default
 * 60,000) ends a request.
 */
export function createFetchPlace({ web, stallMs = 60_000 }: { web: WebFetch; stallMs?: number }): FetchPlace {
  return async (place, { limit = 64 * 1024 * 1024, accept = '*/*', signal } = {}) => {
    if (!isAddress(place)) return collect(place, createReadStream(filePath(place), signal ? { signal } : {}), limit);
    refusePassword(place);
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(new Error(`no bytes for ${stallMs / 1000} s`)), stallMs);
    try {
      const both = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
      const { ok, status, body } = await web(place, { headers: { accept }, signal: both });
      if (ok) return body ? await collect(place, body, limit, () => timer.refresh()) : Buffer.alloc(0);
      // Read to its end, so that the connection is free again.
      if (body) await collect(place, body, 1024 * 1024).catch(() => undefined);
      throw refused(place, status);
    } catch (error) {
      signal?.throwIfAborted();
      throw isFault(error) ? error : unreachable(place, error);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function collect(
  place: string,
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  onChunk = () => {},
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      onChunk();
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(place, limit);
      parts.push(chunk);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw notFound(place, 'There is no file');
    if (code === 'EISDIR' || code === 'EACCES' || code === 'EPERM') {
      const why = code === 'EISDIR' ? 'is a folder' : 'must not be read';
      throw fault('fetch.refused', `${place} ${why}.`, 'Name a file that can be read.');
    }
    throw error;
  }
  return Buffer.concat(parts);
}

/** It would stand in every sentence, log and history that names the address. */
function refusePassword(place: string): void {
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (!url || (url.username === '' && url.password === '')) return;
  throw fault(
    'fetch.refused',
    `The address of ${url.host} carries a user or password, which is not sent.`,
    'Leave it away; fetch the file by other means and name the file.',
  );
}

const isFault = (error: unknown): boolean => (error as { fault?: unknown }).fault !== undefined;

const notFound = (place: string, what: string) =>
  fault('fetch.notFound', `${what} ${place}.`, 'Look at the address or file name in the image set.');

const tooLarge = (place: string, limit: number) =>
  fault('fetch.tooLarge', `${place} is larger than ${limit} bytes.`, 'Look whether it is what the image set means.');

const refused = (place: string, status: number) =>
  status === 404 || status === 410
    ? notFound(place, 'There is nothing at')
    : fault('fetch.refused', `${place} answered ${status}.`, 'Look at the address, the proxy and the rights.');

function unreachable(place: string, error: unknown) {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
  const remedy = 'Look at the network, name service and proxy; offline, name a file.';
  return fault('fetch.unreachable', `${place} can't be reached: ${why}.`, remedy, { cause: error });
}
