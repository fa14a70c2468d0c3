import * as tls from 'node:tls';
import { Agent, type Dispatcher, fetch, ProxyAgent } from 'undici';
import { proxyFor } from '../../images/registry/proxy.ts';

/** A small answer of the web. */
interface WebAnswer {
  ok: boolean;
  status: number;
  body: AsyncIterable<Uint8Array> | null;
}

/** Fetches an address; redirects are followed, but never from TLS to plain HTTP, and compressed answers unpacked. */
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
  const wayTo = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, env) ?? '';
    const way =
      ways.get(proxy) ?? (proxy ? new ProxyAgent({ uri: proxy, requestTls: connect }) : new Agent({ connect }));
    ways.set(proxy, way);
    return way;
  };
  return async (text, init) => {
    let url = new URL(text);
    for (let hops = 0; ; hops += 1) {
      const answer = await fetch(url, { ...init, redirect: 'manual', dispatcher: wayTo(url) });
      const location = moved.includes(answer.status) ? answer.headers.get('location') : null;
      if (location === null) return answer;
      await answer.body?.cancel();
      url = nextOf(url, location, hops);
    }
  };
}

const moved = [301, 302, 303, 307, 308];
const most = 5;

/** Where an address leads on to; keys and signatures that were to come over TLS must not come without it. */
function nextOf(from: URL, location: string, hops: number): URL {
  const url = new URL(location, from);
  if (hops === most) throw new Error(`it leads on more than ${most} times`);
  if (!/^https?:$/.test(url.protocol)) throw new Error('it leads on to what is no address of the web');
  if (from.protocol === 'https:' && url.protocol === 'http:')
    throw new Error(`it leads from TLS to plain HTTP (${url.host})`);
  return url;
}
