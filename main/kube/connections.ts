import { createSecureContext, getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import { fault } from '../../shared/fault.ts';
import type { Credential } from './exec-credential.ts';

/** How the server is reached and known. */
export interface Route {
  server: string;
  /** PEM certificates that vouch for the server; undefined: those of this computer. */
  ca: string | undefined;
  insecure: boolean;
  serverName: string | undefined;
  proxy: URL | undefined;
}

/** Kept-alive connections to one server, opened again when the client certificate changes. */
export interface Connections {
  for(credential: Credential): Dispatcher;
  /** Opens new connections from now on; what runs on the old ones ends in its own time. */
  drop(): void;
  close(): void;
}

/** Both Node's own list and the machine's: a site's CA is usually installed in the system only. */
const systemCas = () => [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];

function open({ server, ca, insecure, serverName, proxy }: Route, { cert, key }: Credential): Dispatcher {
  let secureContext: ReturnType<typeof createSecureContext> | undefined;
  if (server.startsWith('https:')) {
    try {
      secureContext = createSecureContext({ ca: ca ?? systemCas(), ...(cert && { cert }), ...(key && { key }) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw fault('kube.badCredential', `Certificate or key cannot be used: ${reason}.`, 'Take a fresh kubeconfig.', {
        cause: error,
      });
    }
  }
  const tls = {
    ...(secureContext && { secureContext }),
    rejectUnauthorized: !insecure,
    ...(serverName && { servername: serverName }),
    timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelay: 20_000,
    allowH2: false,
  };
  const pool = {
    // Idle limits, never total ones: a long list or watch goes on as long as bytes come.
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 300_000,
    allowH2: false,
  };
  if (!proxy) return new Agent({ ...pool, connect: tls });
  if (proxy.protocol.startsWith('socks')) {
    const uri = proxy.href.replace(/^socks5h:/, 'socks5:');
    return new Socks5ProxyAgent(uri, { ...pool, requestTls: tls, connectTimeout: 10_000 });
  }
  return new ProxyAgent({ ...pool, uri: proxy.href, requestTls: tls, connectTimeout: 10_000 });
}

/** Makes the connections of one client; nothing is opened before the first request. */
export function createConnections(route: Route): Connections {
  let dispatcher: Dispatcher | undefined;
  let pair = '';
  const drop = () => {
    // close() lets requests and watches that run come to their end.
    dispatcher?.close().catch(() => {});
    dispatcher = undefined;
  };
  return {
    for(credential) {
      const now = `${credential.cert ?? ''}\n${credential.key ?? ''}`;
      if (dispatcher && now !== pair) drop();
      pair = now;
      dispatcher ??= open(route, credential);
      return dispatcher;
    },
    drop,
    close() {
      dispatcher?.destroy().catch(() => {});
      dispatcher = undefined;
    },
  };
}
