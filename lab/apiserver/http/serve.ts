import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ApiError } from '../../api.ts';
import type { Core } from '../core.ts';
import { badRequest, forbidden, toApiError, unknownResource } from '../errors.ts';
import type { KindSchema } from '../kind-schema.ts';
import { createAuthorizer } from '../rbac.ts';
import { type Authority, createAuthority, subjectOf } from './authority.ts';
import { createDiscovery } from './discovery.ts';
import { formOf } from './forms.ts';
import { pageOf, sendList } from './list.ts';
import { type PodLogs, sendLogs } from './logs.ts';
import {
  checkSubresource,
  createObject,
  deleteCollection,
  deleteObject,
  getObject,
  patchObject,
  updateObject,
} from './objects.ts';
import { type Exchange, sendError } from './reply.ts';
import { createReviews } from './reviews.ts';
import { createSnapshots } from './snapshots.ts';
import { targetOf, verbOf } from './target.ts';
import { authenticated, createTokens, type Tokens, type User } from './users.ts';
import { type OpenWatch, openWatch } from './watch.ts';

/** What a test wants to go wrong with one request: an answer, a delay first, or a connection that breaks. */
export type HttpFault =
  | 'reset'
  | { status: number; reason?: string; message?: string; retryAfterSeconds?: number }
  | { delayMs: number };

export interface ServeOptions {
  /** Default 127.0.0.1; `::1` for IPv6. */
  host?: string;
  /** Default any free one. */
  port?: number;
  /** Asked for each request; undefined means that all is well. */
  faults?: (request: { method: string; url: string; user: string }) => HttpFault | undefined;
  logs?: PodLogs;
  /** Changes kept of each resource for watches that resume; default 20,000. Older ones get 410. */
  history?: number;
  /** Real ms between bookmarks of a watch; default 10,000 (the real server's is about a minute). */
  bookmarkMs?: number;
  authority?: Authority;
}

/** A running front. */
export interface ApiFront {
  url: string;
  caPem: string;
  authority: Authority;
  tokens: Tokens;
  /** Ends all open watches, as a restart of the server does. */
  dropWatches(): void;
  /** Forgets all continue tokens, as etcd's compaction does. */
  expirePages(): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');

/** Serves `core` over HTTPS with a certificate of its own authority. */
export async function serveApi(core: Core, options: ServeOptions = {}): Promise<ApiFront> {
  const { host = '127.0.0.1' } = options;
  const now = () => core.clock.now();
  const authority = options.authority ?? (await createAuthority());
  const pair = await authority.server(['localhost', 'kubernetes', 'kubernetes.default'], ['127.0.0.1', '::1']);
  const tokens = createTokens(now);
  const snapshots = createSnapshots();
  const authorizer = createAuthorizer(core);
  const discovery = createDiscovery(core);
  const reviews = createReviews(authorizer);
  const watches = new Set<OpenWatch>();
  const timing = { bookmarkMs: options.bookmarkMs ?? 10_000, lengthMs: 1_800_000 };
  core.store.remember(options.history ?? 20_000);

  function userOf(request: IncomingMessage): User | undefined {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '');
    if (bearer) return tokens.user(bearer[1]!.trim());
    const socket = request.socket as TLSSocket;
    if (!socket.authorized) return undefined;
    const certificate = socket.getPeerX509Certificate?.();
    if (!certificate) return undefined;
    const { name, groups } = subjectOf(certificate.raw);
    return { name, groups: [...groups, authenticated] };
  }

  async function answer(exchange: Exchange, user: User): Promise<void> {
    const { request, response } = exchange;
    const target = targetOf(request.url ?? '/');
    const method = request.method ?? 'GET';
    if (!target.resource) return discovery.answer(exchange, target, user);
    if (method === 'POST' && (await reviews.answer(exchange, target, user))) return;
    const served = core.registry.served(target.group, target.version, target.plural);
    const verb = verbOf(method, target);
    const why = authorizer.refusal(user, { ...target, verb });
    // Rights come before existence: who may not look does not learn what is served.
    if (why) throw forbidden((served?.kind ?? { ...target, kind: target.plural }) as KindSchema, target.name, why);
    if (!served) throw unknownResource();
    const { kind } = served;
    const form = formOf(request);
    if (kind.plural === 'pods' && target.subresource === 'log' && method === 'GET') {
      return sendLogs(exchange, core, target, options.logs);
    }
    checkSubresource(served, target);
    if (verb === 'watch') {
      const watch = openWatch(exchange, core, served, target, form, timing);
      watches.add(watch);
      response.once('close', () => watches.delete(watch));
      return;
    }
    if (verb === 'get') return getObject(exchange, core, served, target, form);
    if (verb === 'list') {
      const include = target.query.get('includeObject') ?? 'Metadata';
      return sendList(exchange, served, pageOf(core, served, target, snapshots), form, include);
    }
    if (verb === 'deletecollection') return deleteCollection(exchange, core, served, target);
    if (verb === 'delete') return deleteObject(exchange, core, served, target, form);
    if (verb === 'create' && !target.name) return createObject(exchange, core, served, target, form);
    if (verb === 'update' && target.name) return updateObject(exchange, core, served, target, form);
    if (verb === 'patch' && target.name) return patchObject(exchange, core, served, target, form);
    if (verb === 'update') throw badRequest('name must be provided');
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange: Exchange = { request, response, now, warnings: [] };
    try {
      const user = userOf(request);
      const { method = 'GET', url = '/' } = request;
      const fault = options.faults?.({ method, url, user: user?.name ?? '' });
      if (fault === 'reset') return void request.socket.destroy();
      if (fault && 'delayMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      else if (fault) {
        const { status, reason = '', message = 'fault on demand', retryAfterSeconds } = fault;
        throw new ApiError(status, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
      }
      if (!user) throw unauthorized();
      await answer(exchange, user);
    } catch (error) {
      sendError(exchange, toApiError(error));
    }
  }

  const server = createServer(
    { ...pair, ca: authority.caPem, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 120_000 },
    (request, response) => void handle(request, response),
  );
  // Nagle off: watch events are small and must not wait for each other.
  server.on('secureConnection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caPem: authority.caPem,
    authority,
    tokens,
    dropWatches: () => {
      for (const watch of [...watches]) watch.end();
    },
    expirePages: snapshots.expire,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
