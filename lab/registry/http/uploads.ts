import type { IncomingMessage } from 'node:http';
import { parseDigest } from '../digest.ts';
import { digestInvalid, RegistryError, uploadUnknown } from '../errors.ts';
import type { Digest, Session } from '../types.ts';
import { bodyStream, type Exchange, sendEmpty, writable } from './exchange.ts';

const locationOf = ({ repository, id }: Session) => `/v2/${repository}/blobs/uploads/${id}`;
/** Nothing yet is "0-0", as docker-registry says it. */
const rangeOf = ({ offset }: Session) => `0-${Math.max(0, offset - 1)}`;
const stateOf = (session: Session) => ({
  location: locationOf(session),
  range: rangeOf(session),
  'docker-upload-uuid': session.id,
});

/** Handles uploads of blobs; of two requests on one session the newer wins, for the older one's connection is dead. */
export function createUploadHandlers() {
  const busy = new Map<string, { request: IncomingMessage; done: Promise<unknown> }>();

  async function alone<T>(id: string, request: IncomingMessage, work: () => Promise<T>): Promise<T> {
    for (let other = busy.get(id); other; other = busy.get(id)) {
      other.request.destroy();
      await other.done.catch(() => {});
    }
    const done = work();
    busy.set(id, { request, done });
    try {
      return await done;
    } finally {
      if (busy.get(id)?.request === request) busy.delete(id);
    }
  }
  async function session(exchange: Exchange, repository: string, id: string): Promise<Session> {
    const found = await writable(exchange).session(repository, id);
    if (!found) throw uploadUnknown();
    return found;
  }
  async function receive(exchange: Exchange, found: Session): Promise<Session> {
    const { request } = exchange;
    checkRange(request, found);
    const next = await writable(exchange).append(found, bodyStream(exchange));
    const promised = request.headers['content-length'];
    if (promised !== undefined && next.offset - found.offset !== Number(promised)) {
      throw new RegistryError(400, 'SIZE_INVALID', 'provided length did not match content length');
    }
    return next;
  }
  async function finish(exchange: Exchange, found: Session, digest: Digest): Promise<void> {
    await writable(exchange).finish(found, digest);
    sendEmpty(exchange, 201, {
      location: `/v2/${found.repository}/blobs/${digest}`,
      'docker-content-digest': digest,
    });
  }
  return {
    /** POST: opens a session, or mounts (`mount`, `from`), or takes the whole blob at once (`digest`). */
    async open(exchange: Exchange, repository: string): Promise<void> {
      const { request, query } = exchange;
      const storage = writable(exchange);
      const mount = parseDigest(query.get('mount') ?? '');
      if (mount && (await storage.mount(repository, mount, query.get('from') || undefined))) {
        return sendEmpty(exchange, 201, {
          location: `/v2/${repository}/blobs/${mount}`,
          'docker-content-digest': mount,
        });
      }
      const whole = query.has('digest') ? digestFrom(query) : undefined;
      const begun = await storage.begin(repository);
      if (!whole) return sendEmpty(exchange, 202, stateOf(begun));
      await alone(begun.id, request, async () => finish(exchange, await receive(exchange, begun), whole));
    },
    /** GET: how far it is. A request that still sends is ended first, for its client asks since it heard nothing. */
    async status(exchange: Exchange, repository: string, id: string): Promise<void> {
      await alone(id, exchange.request, async () => {
        const found = await session(exchange, repository, id);
        sendEmpty204(exchange, stateOf(found));
      });
    },
    /** PATCH: the next chunk, or a stream without a range. */
    async append(exchange: Exchange, repository: string, id: string): Promise<void> {
      await alone(id, exchange.request, async () => {
        const next = await receive(exchange, await session(exchange, repository, id));
        sendEmpty(exchange, 202, stateOf(next));
      });
    },
    /** PUT: the last chunk, if any, and the digest of the whole. */
    async close(exchange: Exchange, repository: string, id: string): Promise<void> {
      const digest = digestFrom(exchange.query);
      await alone(id, exchange.request, async () => {
        await finish(exchange, await receive(exchange, await session(exchange, repository, id)), digest);
      });
    },
    async cancel(exchange: Exchange, repository: string, id: string): Promise<void> {
      await alone(id, exchange.request, async () => {
        await writable(exchange).cancel(await session(exchange, repository, id));
        sendEmpty204(exchange);
      });
    },
  };
}

function sendEmpty204({ response }: Exchange, headers: Record<string, string> = {}): void {
  response.writeHead(204, headers);
  response.end();
}

function digestFrom(query: URLSearchParams): Digest {
  const text = query.get('digest') ?? '';
  const digest = parseDigest(text);
  if (!digest) throw digestInvalid(text ? `${text} is no sha256 or sha512 digest` : 'digest is missing');
  return digest;
}

/** A chunk must begin where the last ended; else 416 with the way to go on (distribution-spec, "Pushing a blob in chunks"). */
function checkRange(request: IncomingMessage, session: Session): void {
  const header = request.headers['content-range'];
  if (header === undefined) return;
  const match = /^(?:bytes )?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(header);
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || end < start) {
    throw new RegistryError(400, 'BLOB_UPLOAD_INVALID', `Content-Range must be <first>-<last>, not ${header}`);
  }
  if (start !== session.offset) {
    throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `the next chunk begins at ${session.offset}, not ${start}`, {
      headers: stateOf(session),
    });
  }
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) !== end - start + 1) {
    throw new RegistryError(
      400,
      'SIZE_INVALID',
      `Content-Range names ${end - start + 1} bytes, Content-Length ${length}`,
    );
  }
}
