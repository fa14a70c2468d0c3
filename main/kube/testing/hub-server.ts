import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Pair } from './authority.ts';

/** A request as the server saw it. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** CN of the client certificate. */
  client: string | undefined;
}

export type Answer = (seen: Seen, response: ServerResponse) => void;

/** A real HTTPS server that answers as a test says. */
export interface HubServer {
  url: string;
  port: number;
  seen: Seen[];
  /** TLS connections opened so far. */
  connections(): number;
  answer(next: Answer): void;
  close(): Promise<void>;
}

export const sendJson = (
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** A Status as an API server words a refusal. */
export const refusal = (code: number, reason: string, message: string, details?: object) => ({
  apiVersion: 'v1',
  kind: 'Status',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  code,
  ...(details && { details }),
});

/** `clientCa`: client certificates are asked for and must be signed by it when given. */
export async function createHubServer(
  { cert, key }: Pair,
  options: { host?: string; clientCa?: string; requireCert?: boolean; answer?: Answer } = {},
): Promise<HubServer> {
  const { host = '127.0.0.1', clientCa, requireCert = false } = options;
  let answer: Answer = options.answer ?? ((_, response) => sendJson(response, { gitVersion: 'v1.32.0' }));
  let connections = 0;
  const seen: Seen[] = [];
  const server = createServer(
    { cert, key, ...(clientCa && { ca: clientCa, requestCert: true, rejectUnauthorized: requireCert }) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const peer = (request.socket as TLSSocket).getPeerCertificate?.();
        const one: Seen = {
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          client: typeof peer?.subject?.CN === 'string' ? peer.subject.CN : undefined,
        };
        seen.push(one);
        answer(one, response);
      });
    },
  );
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    seen,
    connections: () => connections,
    answer(next) {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
