import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { resolveAsset } from './asset.ts';
import { createWebSessions, securityHeaders } from './web-session.ts';
import { isRequest, reply } from './wire.ts';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface WebHost {
  /** Address with a token that works once. */
  url: string;
  port: number;
  /** Another address for another browser. */
  invite(): string;
  endSessions(): void;
  close(): Promise<void>;
}

/**
 * Serves the built window (folder `root`) and the contract on 127.0.0.1 only: for bastions without a desktop, reached through
 * an SSH tunnel that keeps the port number (`ssh -L 8443:127.0.0.1:8443 …`), because Host and Origin are compared with it.
 * Fault: web.portTaken.
 */
export async function serveWeb(transport: Transport, root: string, { port: wanted = 0 } = {}): Promise<WebHost> {
  const sessions = createWebSessions();
  let port = wanted;
  function answer(request: IncomingMessage, response: ServerResponse) {
    const refuse = (status: number) => void response.writeHead(status, securityHeaders).end();
    if (request.method !== 'GET') return refuse(405);
    // A target such as `//` is not a URL: it must be refused here, or the throw would end the process.
    const url = URL.parse(request.url ?? '', 'http://localhost');
    if (url === null) return refuse(400);
    if (request.headers.host !== `127.0.0.1:${port}`) return refuse(403);
    if (url.pathname === '/' && url.searchParams.has('token')) {
      const cookie = sessions.redeem(url.searchParams.get('token') ?? '', port);
      if (cookie === undefined && !sessions.allowed(request, port)) return refuse(403);
      response.writeHead(302, { ...securityHeaders, location: '/', ...(cookie && { 'set-cookie': cookie }) }).end();
      return;
    }
    if (!sessions.allowed(request, port)) return refuse(403);
    const file = resolveAsset(root, url.pathname);
    if (file === undefined) return refuse(403);
    createReadStream(file)
      .on('open', () =>
        response.writeHead(200, {
          ...securityHeaders,
          'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
        }),
      )
      .on('error', () => refuse(404))
      .pipe(response);
  }
  const server = createServer(answer);
  const sockets = new WebSocketServer({
    server,
    path: '/rpc',
    maxPayload: 8 << 20,
    verifyClient: ({ origin, req }: { origin: string; req: IncomingMessage }) =>
      origin === `http://127.0.0.1:${port}` && sessions.allowed(req, port),
  });
  sockets.on('connection', (socket) => attach(transport, socket));
  // The server's own error is reported once, below; without this listener ws would throw it again.
  sockets.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        fault(
          'web.portTaken',
          `Port ${wanted} on 127.0.0.1 is taken by another program.`,
          'Choose another port with --port, or leave it out.',
          { field: '--port' },
        ),
      );
    });
    server.listen(wanted, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  const invite = () => `http://127.0.0.1:${port}/?token=${sessions.invite()}`;
  return {
    url: invite(),
    port,
    invite,
    endSessions() {
      sessions.endAll();
      for (const socket of sockets.clients) socket.terminate();
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function attach(transport: Transport, socket: WebSocket): void {
  const send = (frame: unknown) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const detach = transport.listen((event, data) => send({ event, data }));
  socket.on('close', detach);
  // A frame over maxPayload raises 'error'; without a listener that would end the process.
  socket.on('error', () => socket.terminate());
  socket.on('message', async (raw) => {
    let frame: unknown;
    try {
      frame = JSON.parse(String(raw));
    } catch {
      frame = undefined;
    }
    if (isRequest(frame)) return send(await reply(transport, frame));
    send({
      id: null,
      fault: {
        code: 'input.invalid',
        message: 'The frame is not a request.',
        remedy: 'Send {id, name, input} as JSON.',
      },
    });
  });
}
