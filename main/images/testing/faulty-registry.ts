import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Answered, type Asked, type Content, createMemoryRegistry, type Habits } from './memory-registry.ts';

/** What goes wrong with one request. Bytes count in the body of the answer unless said otherwise. */
interface Mischief {
  /** Answers this instead. */
  answer?: Answered | ((asked: Asked) => Answered | undefined);
  /** Cuts the connection after so many bytes of the request's body came; 0 = as soon as its head is here. */
  cutRequestAt?: number;
  /** Stops reading the request after so many bytes, for ever. */
  stallRequestAt?: number;
  /** Cuts the connection after so many bytes of the answer. */
  cutAt?: number;
  /** Sends no more after so many bytes, and keeps the connection. */
  stallAt?: number;
  /** Turns one bit of this byte. */
  flipAt?: number;
  bytesPerSecond?: number;
  /** Waits so long before it answers. */
  delayMs?: number;
}

/** Which requests it happens to: method and path (with query), so many times (1; Infinity = always), after letting some pass. */
interface Rule extends Mischief {
  method?: string;
  path?: RegExp;
  times?: number;
  skip?: number;
}

interface Seen {
  method: string;
  /** With query. */
  path: string;
  headers: IncomingMessage['headers'];
  bytes: number;
  status: number;
}

export interface FaultyOptions extends Habits {
  tls?: { cert: string; key: string; ca?: string };
  /** Rules that hold from the start. */
  rules?: Rule[];
  /** Looked at before anything else, e.g. to ask for a token: an answer ends the request. */
  guard?(asked: Asked): Answered | undefined;
  /** 127.0.0.1 when left out. */
  address?: '127.0.0.1' | '::1';
}

/** A registry in memory that fails on demand; used where a real one can't be made to. */
export interface FaultyRegistry {
  /** `127.0.0.1:port` or `[::1]:port`. */
  host: string;
  content: Content;
  /** Every request in the order it ended or was cut. */
  seen: Seen[];
  add(rule: Rule): void;
  /** Takes all rules away. */
  heal(): void;
  stop(): Promise<void>;
}

const fits = ({ method, path }: Rule, asked: Pick<Seen, 'method' | 'path'>) =>
  (method === undefined || method === asked.method) && (path === undefined || path.test(asked.path));

/** Reads a request's body as far as the mischief allows; undefined when it was cut or stalls. */
async function readBody(
  request: IncomingMessage,
  { cutRequestAt, stallRequestAt }: Mischief,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = () => {
    if (cutRequestAt !== undefined && bytes >= cutRequestAt) request.socket.destroy();
    else if (stallRequestAt !== undefined && bytes >= stallRequestAt) request.pause();
    else return false;
    return true;
  };
  if (stop()) return undefined;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (stop()) resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve(undefined));
  });
}

async function send(
  response: ServerResponse,
  method: string,
  { status, headers = {}, body = '' }: Answered,
  mischief: Mischief,
): Promise<void> {
  const { cutAt, stallAt, flipAt, bytesPerSecond } = mischief;
  const bytes = Buffer.from(body);
  if (flipAt !== undefined && flipAt < bytes.length) bytes[flipAt] = (bytes[flipAt] ?? 0) ^ 1;
  response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
  if (method === 'HEAD') return void response.end();
  const end = Math.min(cutAt ?? bytes.length, stallAt ?? bytes.length);
  const step = bytesPerSecond ? Math.max(1, Math.ceil(bytesPerSecond / 20)) : end;
  for (let at = 0; at < end && !response.destroyed; at += step) {
    response.write(bytes.subarray(at, Math.min(end, at + step)));
    if (bytesPerSecond) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (cutAt !== undefined && cutAt < bytes.length) {
    // A moment, so that what came before is on its way.
    response.flushHeaders();
    setTimeout(() => response.destroy(), 20);
  } else if (stallAt === undefined || stallAt >= bytes.length) response.end();
  else response.flushHeaders();
}

/** Starts it on a free loopback port. */
export async function startFaultyRegistry(options: FaultyOptions = {}): Promise<FaultyRegistry> {
  const { tls, guard, address = '127.0.0.1' } = options;
  let rules = [...(options.rules ?? [])].map((rule) => ({ ...rule }));
  const seen: Seen[] = [];
  let host = '';
  const { content, answer } = createMemoryRegistry(options, () => `${tls ? 'https' : 'http'}://${host}`);

  function choose(asked: Pick<Seen, 'method' | 'path'>): Mischief {
    for (const rule of rules) {
      if (!fits(rule, asked) || rule.times === 0) continue;
      if (rule.skip) {
        rule.skip -= 1;
        continue;
      }
      rule.times = (rule.times ?? 1) - 1;
      return rule;
    }
    return {};
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const mischief = choose({ method, path });
    const note = { method, path, headers, bytes: 0, status: 0 };
    seen.push(note);
    const body = await readBody(request, mischief);
    if (!body) return;
    note.bytes = body.length;
    const asked = { method, url: new URL(path, `http://${host}`), headers, body };
    if (mischief.delayMs) await new Promise((resolve) => setTimeout(resolve, mischief.delayMs));
    const instead = typeof mischief.answer === 'function' ? mischief.answer(asked) : mischief.answer;
    const said = guard?.(asked) ?? instead ?? answer(asked);
    note.status = said.status;
    await send(response, method, said, mischief);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {});
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
  const server = tls
    ? createTlsServer(
        { cert: tls.cert, key: tls.key, ...(tls.ca && { ca: tls.ca, requestCert: true, rejectUnauthorized: true }) },
        listener,
      )
    : createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, () => resolve()));
  host = `${address.includes(':') ? `[${address}]` : address}:${(server.address() as AddressInfo).port}`;
  return {
    host,
    content,
    seen,
    add: (rule) => void rules.push({ ...rule }),
    heal: () => {
      rules = [];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
