import * as tls from 'node:tls';
import { Agent, type Dispatcher, fetch, ProxyAgent } from 'undici';
import { proxyFor } from '../../images/registry/proxy.ts';

/** A small answer of the web. */
interface WebAnswer {
  ok: boolean;
  status: number;
  body: AsyncIterable<Uint8Array> | null;
}

/** Fetches an address; redirects are followed, compressed answers unpacked. */
export type WebFetch = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<WebAnswer>;

/**
 * The web through the proxies that `env` names (HTTP_PROXY, HTTPS_PROXY, NO_PROXY). `ca` (PEM) is trusted besides the system's.
 * Faults: registry.badProxy.
 */
export function createWebFetch({
  env = {},
  ca,
}: {
  env?: Record<string, string | undefined>;
  ca?: readonly string[];
} = {}): WebFetch {
  const ways = new Map<string, Dispatcher>();
  // A CA given alone would replace those of the system.
  const connect = ca ? { ca: [...tls.getCACertificates('default'), ...ca] } : {};
  return async (url, init) => {
    const proxy = proxyFor(new URL(url), env) ?? '';
    const way =
      ways.get(proxy) ?? (proxy ? new ProxyAgent({ uri: proxy, requestTls: connect }) : new Agent({ connect }));
    ways.set(proxy, way);
    return fetch(url, { ...init, dispatcher: way });
  };
}
