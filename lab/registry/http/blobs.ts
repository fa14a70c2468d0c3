import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { blobUnknown, RegistryError } from '../errors.ts';
import type { Digest } from '../types.ts';
import { type Exchange, sendEmpty, writable } from './exchange.ts';
import { namesTag, spanOf } from './range.ts';

/** GET and HEAD of a blob, whole or a part of it: Range, If-Range, If-None-Match (RFC 9110). */
export async function sendBlob(exchange: Exchange, repository: string, digest: Digest): Promise<void> {
  const { request, response, shelf } = exchange;
  const size = await shelf.blob(repository, digest);
  if (size === undefined) throw blobUnknown(digest);
  const etag = `"${digest}"`;
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=31536000',
  };
  const known = request.headers['if-none-match'];
  if (known && namesTag(known, etag)) return sendEmpty(exchange, 304, { etag });
  // If-Range with anything but this very tag: the client holds other bytes and gets the whole.
  const condition = request.headers['if-range'];
  const wanted = request.method === 'GET' && (!condition || condition === etag) ? request.headers.range : undefined;
  const span = spanOf(wanted, size);
  if (span === 'refused') {
    throw new RegistryError(416, 'SIZE_INVALID', `the blob has ${size} bytes`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const { start, end } = span ?? { start: 0, end: size - 1 };
  response.writeHead(span ? 206 : 200, {
    ...headers,
    'content-length': end - start + 1,
    ...(span && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) return void response.end();
  await pipeline(createReadStream(shelf.path(digest), { start, end, highWaterMark: 1_048_576 }), response);
}

/** DELETE of a blob (distribution-spec, "Deleting Blobs"). */
export async function deleteBlob(exchange: Exchange, repository: string, digest: Digest): Promise<void> {
  if (!(await writable(exchange).removeBlob(repository, digest))) throw blobUnknown(digest);
  sendEmpty(exchange, 202);
}
