import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../lab/apiserver/http/authority.ts';

/** What a server of another version says and lacks. */
export interface OtherVersion {
  /** gitVersion of /version. */
  version: string;
  /** Beginnings of paths that are answered with 404, as a server does that does not serve them. */
  without: readonly string[];
}

/** A front on 127.0.0.1 before the lab's API server, which answers as one of another version would; everything else is passed on. */
export async function startVersionProxy(target: { url: string; caPem: string }, { version, without }: OtherVersion) {
  const authority = await createAuthority();
  const { cert, key } = await authority.server(['localhost'], ['127.0.0.1']);
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const answer = (code: number, body: object) => ({ code, text: JSON.stringify(body) });
  const own = (path: string) => {
    if (path === '/version') return answer(200, { major, minor, gitVersion: version });
    if (!without.some((start) => path.startsWith(start))) return undefined;
    return answer(404, { apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 });
  };
  const refused: string[] = [];
  const server = createServer({ cert, key }, (ask, reply) => {
    const path = ask.url ?? '/';
    const said = own(path.split('?')[0] ?? '');
    if (said) {
      if (said.code === 404) refused.push(path);
      reply.writeHead(said.code, { 'content-type': 'application/json', date: new Date().toUTCString() });
      reply.end(said.text);
      return;
    }
    const onward = request(
      new URL(path, target.url),
      { method: ask.method, headers: ask.headers, ca: target.caPem },
      (got) => {
        reply.writeHead(got.statusCode ?? 502, got.headers);
        // A watch has begun once its headers are there, long before its first line.
        reply.flushHeaders();
        got.pipe(reply);
      },
    );
    onward.on('error', () => reply.destroy());
    reply.on('close', () => onward.destroy());
    ask.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem: authority.caPem,
    /** Paths that were asked for and are not served. */
    refused,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
