import { createSecureContext, getCACertificates } from 'node:tls';
import type { DispatcherOptions } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import { fault } from '../../shared/fault.ts';

/** Both Node's own list and the machine's: a site's CA is usually installed in the system only. */
const systemCas = () => [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];

type Tls = Extract<DispatcherOptions, { type: 'agent' }>['connect'];

function contextOf({ ca = systemCas(), cert, key }: Tls) {
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fault('kube.badCredential', `Certificate or key cannot be used: ${reason}.`, 'Take a fresh kubeconfig.', {
      cause: error,
    });
  }
}

/**
 * Kept-alive connections as client-node's options describe them; nothing is opened before the first request.
 * Faults: kube.badCredential.
 *
 * client-node's own createDispatcher takes no limits, lets an environment variable switch the check of certificates
 * off, knows no CAs of the machine, and over SOCKS forgets tls-server-name and the proxy's password.
 */
export function openConnections(server: string, options: DispatcherOptions): Dispatcher {
  const said: Tls = options.type === 'none' ? {} : options.type === 'agent' ? options.connect : options.requestTls;
  const tls = {
    ...(server.startsWith('https:') && { secureContext: contextOf(said) }),
    ...(said.servername && { servername: said.servername }),
    rejectUnauthorized: said.rejectUnauthorized ?? true,
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
  if (options.type === 'proxy')
    return new ProxyAgent({ ...pool, uri: options.uri, requestTls: tls, connectTimeout: 10_000 });
  if (options.type !== 'socks') return new Agent({ ...pool, connect: tls });
  const uri = options.uri.replace(/^socks5h:/, 'socks5:');
  return new Socks5ProxyAgent(uri, { ...pool, requestTls: tls, connectTimeout: 10_000 });
}
