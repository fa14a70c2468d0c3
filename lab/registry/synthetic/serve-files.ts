import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphOf } from './graph.ts';
import { graphDataOf } from './graph-data.ts';
import type { Release } from './release.ts';

export interface FileFront {
  /** `http://127.0.0.1:PORT`. */
  address: string;
  port: number;
  close(): Promise<void>;
}

/** Where the archive of graph data is, as at the public service. */
export const graphDataPath = '/api/upgrades_info/graph-data';

/** Serves the update graph at `/api/upgrades_info/v1/graph`, graph data and release signatures below `/signatures/`, on loopback. */
export async function serveFiles(
  content: { releases: readonly Release[]; host: string; signatures: ReadonlyMap<string, Buffer> },
  port = 0,
): Promise<FileFront> {
  const { releases, host, signatures } = content;
  const graphData = graphDataOf(releases.map(({ version }) => version));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://files');
    if (pathname === '/api/upgrades_info/v1/graph') return answerGraph(response, searchParams);
    const bytes = pathname === graphDataPath ? graphData : signatures.get(decodeURIComponent(pathname));
    response.writeHead(bytes ? 200 : 404, { 'content-type': bytes ? 'application/octet-stream' : 'text/plain' });
    response.end(bytes ?? 'not found\n');
  });
  function answerGraph(response: ServerResponse, query: URLSearchParams): void {
    const channel = query.get('channel');
    // The real service answers so, too.
    const missing = { kind: 'missing_params', value: 'mandatory client parameters missing: channel' };
    const answer = channel ? graphOf(releases, host, channel, query.get('arch') ?? 'amd64') : missing;
    response.writeHead(channel ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    address: `http://127.0.0.1:${bound}`,
    port: bound,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
