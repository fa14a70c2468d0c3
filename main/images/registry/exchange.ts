import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { freeAsSent, passingChunk } from '../chunk-memory.ts';

const MiB = 1_048_576;

export interface Sent {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | Readable | undefined;
  signal?: AbortSignal | undefined;
  /** Told each time bytes of the body went out. */
  onSent?: ((bytes: number) => void) | undefined;
  /** Bytes the server must hash or move before it can answer: that may take longer than a stall. */
  settles?: number | undefined;
}

/** A slow registry on a slow disk takes in so many bytes a millisecond at least. */
const settledPerMs = 10_000;

/** The head of an answer, its body still to be read (or destroyed). Errors of the body are already in words. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
  url: URL;
}

/**
 * One request, one answer, over an undici dispatcher. Not undici's `request()`: errors are turned into faults at the one
 * place they come from, and the body hands on what the socket gave without a copy, up to 1 MiB ahead, as passing chunks.
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, url, headers, body, signal, onSent, settles = 0 }: Sent,
  stallMs: number,
  inWords: (error: unknown) => Error,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer: Readable | undefined;
    let over = false;
    const sent = freeAsSent();
    // While a stream goes out: bytes must have moved since the last look.
    let moved = true;
    const watch =
      body instanceof Readable
        ? setInterval(() => {
            if (!moved) stop(Object.assign(new Error('The body stalled.'), { code: 'UND_ERR_BODY_TIMEOUT' }));
            moved = false;
          }, stallMs)
        : undefined;
    // What the source of the body says went wrong is not the server's fault. undici ends the source with errors of its own.
    let source: Error | undefined;
    if (body instanceof Readable)
      body.once('error', (error: NodeJS.ErrnoException) => {
        if (!error.code?.startsWith('UND_ERR_')) source = error;
      });
    let stop: (reason: Error) => void = () => {};
    const abort = () => stop(asError(signal?.reason));
    const finish = () => {
      over = true;
      clearInterval(watch);
      signal?.removeEventListener('abort', abort);
    };
    if (signal?.aborted) {
      clearInterval(watch);
      if (body instanceof Readable) body.destroy();
      return reject(signal.reason);
    }
    signal?.addEventListener('abort', abort, { once: true });
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        body: body ?? null,
        // undici would close the connection after each HEAD, and half of all requests are such.
        reset: false,
        headersTimeout: stallMs + Math.ceil(settles / settledPerMs),
        bodyTimeout: stallMs,
      },
      {
        onRequestStart(controller) {
          stop = (reason) => controller.abort(reason);
          if (signal?.aborted) abort();
        },
        onBodySent(chunk) {
          moved = true;
          sent(chunk as Buffer);
          onSent?.(chunk.length);
        },
        onRequestSent: () => clearInterval(watch),
        onResponseStart(controller, status, headers) {
          if (status < 200) return;
          clearInterval(watch);
          answer = new Readable({
            highWaterMark: MiB,
            read: () => controller.resume(),
            destroy(error, done) {
              if (!over) {
                finish();
                controller.abort(error ?? new Error('The answer was not wanted to its end.'));
              }
              done(error);
            },
          });
          resolve({ status, headers, body: answer, url });
        },
        onResponseData(controller, chunk) {
          if (answer && !answer.push(passingChunk(chunk))) controller.pause();
        },
        onResponseEnd() {
          finish();
          answer?.push(null);
        },
        onResponseError(_controller, error) {
          if (over) return;
          finish();
          const said = signal?.aborted ? asError(signal.reason) : (source ?? inWords(error));
          if (answer) answer.destroy(said);
          else reject(said);
        },
      },
    );
  });
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** The whole body as bytes, at most `limit`; undefined when it is longer. */
export async function bodyBytes(body: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a body to its end, so that its connection can be used again; a long one is cut off. */
export async function drain(body: Readable): Promise<void> {
  await bodyBytes(body, MiB).catch(() => undefined);
}
