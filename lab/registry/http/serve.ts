import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { manifestUnknown, RegistryError, unsupported } from '../errors.ts';
import { createManifestReader } from '../referrers.ts';
import type { Shelf, Storage } from '../types.ts';
import { deleteBlob, sendBlob } from './blobs.ts';
import { type Exchange, type Policy, sendError, sendJson } from './exchange.ts';
import { sendCatalog, sendReferrers, sendTags } from './lists.ts';
import { createLogin } from './login.ts';
import { deleteManifest, putManifest, sendManifest } from './manifests.ts';
import { targetOf } from './route.ts';
import { createUploadHandlers } from './uploads.ts';

export interface ServeOptions extends Partial<Policy> {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default any free one. */
  port?: number;
  /** PEM texts; without them it is plain HTTP. */
  tls?: { cert: string; key: string };
  login?: { user: string; password: string };
}

export interface RegistryFront {
  port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Serves a shelf, or a storage that can be written, by the OCI distribution-spec 1.1. */
export async function serveRegistry(
  shelf: Shelf,
  storage: Storage | undefined,
  options: ServeOptions = {},
): Promise<RegistryFront> {
  const policy: Policy = {
    sparse: options.sparse ?? 'indexes',
    manifestBytes: options.manifestBytes ?? 4 * 1_048_576,
    page: options.page ?? 1000,
  };
  const reader = createManifestReader((digest) => shelf.path(digest));
  const checkLogin = createLogin(options.login);
  const uploads = createUploadHandlers();

  async function answer(exchange: Exchange, path: string): Promise<void> {
    const method = exchange.request.method ?? 'GET';
    const read = method === 'GET' || method === 'HEAD';
    const target = targetOf(path);
    if (target.kind === 'base' && read) return sendJson(exchange, {});
    if (target.kind === 'catalog' && read) return sendCatalog(exchange);
    if (target.kind === 'tags' && read) return sendTags(exchange, target.repository);
    if (target.kind === 'referrers' && read) return sendReferrers(exchange, target.repository, target.digest);
    if (target.kind === 'manifest') {
      const { repository, reference } = target;
      if (read) return sendManifest(exchange, repository, reference);
      if (method === 'PUT') return putManifest(exchange, repository, reference);
      if (method === 'DELETE') return deleteManifest(exchange, repository, reference);
    }
    if (target.kind === 'blob') {
      if (read) return sendBlob(exchange, target.repository, target.digest);
      if (method === 'DELETE') return deleteBlob(exchange, target.repository, target.digest);
    }
    if (target.kind === 'uploads' && method === 'POST') return uploads.open(exchange, target.repository);
    if (target.kind === 'session') {
      const { repository, id } = target;
      if (method === 'GET') return uploads.status(exchange, repository, id);
      if (method === 'PATCH') return uploads.append(exchange, repository, id);
      if (method === 'PUT') return uploads.close(exchange, repository, id);
      if (method === 'DELETE') return uploads.cancel(exchange, repository, id);
    }
    if (target.kind === 'unknown') throw new RegistryError(404, 'UNSUPPORTED', `there is nothing at ${path}`);
    throw unsupported(`${method} is not possible at ${path}`);
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    try {
      const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://registry');
      checkLogin(request);
      await answer({ request, response, query, shelf, storage, reader, policy }, pathname);
    } catch (error) {
      // A file that went away under a reader is what a manifest or blob that is not there is.
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      sendError({ request, response }, gone ? manifestUnknown(request.url ?? '') : error);
    }
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  // A layer of many gigabytes takes as long as it takes: no limit for a whole request.
  const limits = { requestTimeout: 0, keepAliveTimeout: 30_000 };
  const server = options.tls
    ? createTlsServer({ ...limits, ...options.tls }, listener)
    : createServer(limits, listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await shelf.close();
    },
  };
}
