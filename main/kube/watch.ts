import type { Resource, Status, WatchEvent } from '../../shared/kube.ts';
import { query, resourcePath } from './paths.ts';
import { statusFault } from './status-fault.ts';
import type { Transport } from './transport.ts';
import { transportFault } from './transport-fault.ts';
import type { WatchOptions } from './types.ts';

/** Splits a stream of bytes into lines of text; what follows the last newline is dropped, as it was cut. */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line =
        pending.length > 0
          ? Buffer.concat([...pending, piece])
          : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      pending = [];
      from = end + 1;
      if (line.length > 0) yield line.toString('utf8');
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
  }
}

/** Quiet for longer than a server with bookmarks ever is (one a minute). */
const defaultIdleMs = 5 * 60_000;

/**
 * One watch from a resourceVersion on. Ends when the server ends it, when nothing came for `idleTimeoutMs`, or when
 * aborted. Faults: kube.gone when the version is too old, kube.* for refusals, kube.unreachable when the line breaks.
 */
export async function* watchResource(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
  server: string,
): AsyncGenerator<WatchEvent> {
  const { namespace, labelSelector, resourceVersion, signal, idleTimeoutMs = defaultIdleMs } = options;
  const path = resourcePath(resource, { namespace });
  const parameters = query({ watch: true, allowWatchBookmarks: true, resourceVersion, labelSelector });
  const body = await transport
    .stream({ method: 'GET', path: path + parameters, signal, idleMs: idleTimeoutMs, reads: true })
    .catch((error) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
  // Aborted before the server answered.
  if (!body) return;
  options.onOpen?.();
  try {
    for await (const line of lines(body)) {
      const event = JSON.parse(line) as WatchEvent;
      if (event.type === 'ERROR') throw statusFault(event.object as Status);
      yield event;
    }
  } catch (error) {
    if (signal?.aborted) return;
    if ((error as NodeJS.ErrnoException).code === 'UND_ERR_BODY_TIMEOUT') return;
    if (error instanceof Error && 'fault' in error) throw error;
    throw transportFault(error, server, Date.now());
  } finally {
    // A consumer that leaves early must not leave the connection behind; the error event of that is no news.
    body.on('error', () => {});
    body.destroy();
  }
}
