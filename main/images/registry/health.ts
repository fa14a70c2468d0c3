import { connect, type PeerCertificate } from 'node:tls';
import { type Fault, FaultError } from '../../../shared/fault.ts';
import type { Registry, RegistrySettings } from '../types.ts';
import type { RegistryEffects } from './effects.ts';
import { proxyFor } from './proxy.ts';
import { originOf } from './transport.ts';

/** How a registry is: can it be reached, signed in to, and how long its certificate lasts. */
export interface RegistryHealth {
  health: 'ok' | 'warning' | 'failed';
  sentence: string;
  /** End of its TLS certificate, ISO 8601 UTC; absent for plain HTTP and behind a proxy. */
  certificateUntil?: string;
  /** No registry tells. */
  freeBytes: null;
  fault?: Fault;
}

const soonMs = 30 * 86_400_000;

/** The certificate a server shows, trusted or not; undefined when none is to be had. */
function shown(url: URL, timeoutMs: number): Promise<PeerCertificate | undefined> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isName = !/^[\d.]+$|:/.test(host);
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(isName && { servername: host }),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    const end = (certificate?: PeerCertificate) => {
      socket.destroy();
      resolve(certificate);
    };
    socket.once('secureConnect', () => end(socket.getPeerCertificate()));
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
}

/** Asks a registry how it is. What is wrong is in the answer; it throws nothing but an abort. */
export async function registryHealth(
  registry: Registry,
  settings: RegistrySettings,
  { clock, env = {} }: Pick<RegistryEffects, 'clock' | 'env'>,
  signal?: AbortSignal,
): Promise<RegistryHealth> {
  const url = new URL(originOf(settings));
  const direct = url.protocol === 'https:' && proxyFor(url, env) === undefined;
  const certificate = direct ? await shown(url, Math.min(settings.stallMs ?? 10_000, 10_000)) : undefined;
  const until = certificate?.valid_to ? Date.parse(certificate.valid_to) : Number.NaN;
  const common = { freeBytes: null, ...(!Number.isNaN(until) && { certificateUntil: new Date(until).toISOString() }) };
  let asked: boolean;
  try {
    ({ asked } = await registry.ping(signal));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { ...common, health: 'failed', sentence: error.fault.message, fault: error.fault };
  }
  const days = Math.floor((until - clock.now()) / 86_400_000);
  const open = settings.plainHttp ? 'It is not on TLS.' : settings.insecureTls ? 'Its certificate is not checked.' : '';
  if (until - clock.now() < soonMs)
    return {
      ...common,
      health: 'warning',
      sentence: `It answers, but its certificate ${days < 0 ? 'has ended' : `ends in ${days} days`}.`,
    };
  if (open) return { ...common, health: 'warning', sentence: `It answers. ${open}` };
  // Some let anybody in as far as this, whatever the password is.
  const sentence = asked ? 'It answers, and the sign-in is accepted.' : 'It answers, and asks for no sign-in so far.';
  return { ...common, health: 'ok', sentence };
}
