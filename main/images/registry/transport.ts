import * as tls from 'node:tls';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { fault } from '../../../shared/fault.ts';
import type { RegistrySettings } from '../types.ts';
import type { RegistryEffects } from './effects.ts';
import { type Answer, exchange, type Sent } from './exchange.ts';
import { proxyFor } from './proxy.ts';
import { transportFault } from './transport-fault.ts';

/** Sends requests to one registry and to the hosts it points to (token server, storage). */
export interface Transport {
  /** Root of the registry's API, e.g. `https://site.example:5000`. */
  readonly origin: string;
  send(sent: Sent): Promise<Answer>;
  close(): Promise<void>;
}

/** Where a registry's API is; Docker Hub's lies beside its name. */
export const originOf = ({ host, plainHttp }: RegistrySettings): string =>
  new URL(`${plainHttp ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`).origin;

const stallOf = ({ stallMs }: RegistrySettings): number => stallMs ?? 60_000;

/** Faults: registry.badCertificate when a PEM text is none. */
function contextOf({ ca, clientCertificate, clientKey }: Partial<RegistrySettings>) {
  // Added to what the system trusts, as podman does: redirects lead to hosts with public certificates.
  const trusted = ca ? [...(tls.getCACertificates?.('default') ?? tls.rootCertificates), ca] : undefined;
  const field = clientCertificate ? 'clientCertificate' : 'ca';
  try {
    if (ca && !ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no BEGIN CERTIFICATE line');
    return tls.createSecureContext({
      ...(trusted && { ca: trusted }),
      ...(clientCertificate && { cert: clientCertificate }),
      ...(clientKey && { key: clientKey }),
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'Give PEM text: -----BEGIN CERTIFICATE----- and so on, and the key that belongs to it.';
    throw fault('registry.badCertificate', `The certificate given for the registry can't be used: ${why}.`, remedy, {
      field,
      cause,
    });
  }
}

/** Faults: registry.badCertificate, registry.badProxy; of `send`: registry.tls, .unreachable, .stalled. */
export function createTransport(settings: RegistrySettings, { clock, env = {} }: RegistryEffects): Transport {
  const origin = originOf(settings);
  const { hostname } = new URL(origin);
  const stallMs = stallOf(settings);
  const { ca, clientCertificate, clientKey, insecureTls = false } = settings;
  const ways = new Map<string, Dispatcher>();
  // The client certificate is shown to the registry itself only.
  const own = settings.plainHttp
    ? undefined
    : contextOf({ ca: ca ?? '', ...(clientCertificate && { clientCertificate }), ...(clientKey && { clientKey }) });
  // undici tells a TLS alert that comes after the handshake (TLS 1.3: our certificate is refused) as a closed connection only.
  const alerts = new Map<string, Error>();
  const noting = (to: string, options: buildConnector.BuildOptions): buildConnector.connector => {
    const connect = buildConnector({ ...options, allowH2: false });
    return (at, done) =>
      connect(at, (...told) => {
        told[1]?.once('error', (error) => {
          if (/alert/i.test(error.message)) alerts.set(to, error);
        });
        done(...told);
      });
  };
  const wayTo = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, env);
    const isOwn = url.origin === origin;
    const insecure = insecureTls && url.hostname === hostname;
    const key = [isOwn, insecure, proxy].join(' ');
    const known = ways.get(key);
    if (known) return known;
    const connect = {
      secureContext: isOwn && own ? own : contextOf({ ca: ca ?? '' }),
      rejectUnauthorized: !insecure,
      timeout: Math.min(stallMs, 10_000),
    };
    const common = { keepAliveTimeout: 10_000, pipelining: 1, allowH2: false };
    const way = proxy
      ? new ProxyAgent({ ...common, uri: proxy, requestTls: connect, proxyTunnel: url.protocol === 'https:' })
      : new Agent({ ...common, connect: noting(url.origin, connect) });
    ways.set(key, way);
    return way;
  };
  const inWords = (error: unknown, url: URL) => {
    const cause = alerts.get(url.origin) ?? error;
    alerts.delete(url.origin);
    return transportFault(cause, url.host, clock.now(), stallMs);
  };
  return {
    origin,
    send: async (sent) => exchange(wayTo(sent.url), sent, stallMs, (error) => inWords(error, sent.url)),
    async close() {
      await Promise.all([...ways.values()].map((way) => way.destroy()));
    },
  };
}
