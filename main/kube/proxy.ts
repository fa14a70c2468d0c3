import { BlockList, isIP } from 'node:net';
import { fault } from '../../shared/fault.ts';
import type { Target } from './target.ts';

const bare = (host: string) => host.toLowerCase().replace(/^\[|\]$/g, '');

function inRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(bare(address));
  if (!family || !/^\d+$/.test(bits) || isIP(host) !== family) return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  try {
    list.addSubnet(bare(address), Number(bits), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}

/** Whether NO_PROXY keeps this host from the proxy (golang.org/x/net/http/httpproxy: names, suffixes, addresses, ranges). */
export function isExempt(hostname: string, noProxy: string): boolean {
  const host = bare(hostname);
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return inRange(host, entry);
      const name = isIP(bare(entry)) ? bare(entry) : entry.replace(/:\d+$/, '').replace(/^\*\./, '.');
      if (isIP(host) || isIP(name)) return host === name;
      return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
    });
}

/**
 * The proxy for a target: proxy-url of the kubeconfig, else HTTPS_PROXY / HTTP_PROXY unless NO_PROXY names the host.
 * Faults: kubeconfig.badProxy.
 */
export function proxyOf(target: Target, env: NodeJS.ProcessEnv): URL | undefined {
  const written = target.cluster.value['proxy-url'];
  const { protocol, hostname } = new URL(target.server);
  const get = (name: string) => env[name] || env[name.toLowerCase()] || '';
  const around = isExempt(hostname, get('NO_PROXY')) ? '' : get(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const text = written || around;
  if (!text) return undefined;
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url && ['http:', 'https:', 'socks5:', 'socks5h:'].includes(url.protocol)) return url;
  const field = written ? `clusters[${target.clusterName}].cluster.proxy-url` : 'HTTPS_PROXY';
  throw fault(
    'kubeconfig.badProxy',
    `${field} is no address of a proxy.`,
    'Write http://, https:// or socks5:// and the host and port.',
    {
      field,
    },
  );
}
