import { BlockList, isIP } from 'node:net';
import { fault } from '../../../shared/fault.ts';

type Env = Readonly<Record<string, string | undefined>>;

const bare = (host: string) => host.toLowerCase().replace(/^\[|\]$/g, '');

function inRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(bare(address));
  if (!family || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32))
    return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(bare(address), Number(bits), type);
  return list.check(host, type);
}

/** Whether NO_PROXY keeps a URL from the proxy (golang.org/x/net/http/httpproxy: names, suffixes, host:port, addresses, ranges). */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname);
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return inRange(host, entry);
      const withPort = isIP(entry) ? null : /^(.*):(\d+)$/.exec(entry);
      if (withPort && withPort[2] !== port) return false;
      const name = bare(withPort?.[1] ?? entry).replace(/^\*\./, '.');
      if (isIP(host) || isIP(name)) return host === name;
      return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
    });
}

/** The proxy for a URL: HTTPS_PROXY or HTTP_PROXY unless NO_PROXY names the host. Faults: registry.badProxy. */
export function proxyFor(url: URL, env: Env): string | undefined {
  const get = (name: string) => env[name] || env[name.toLowerCase()] || '';
  const field = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = get(field);
  if (!text || isExempt(url, get('NO_PROXY'))) return undefined;
  const full = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy && ['http:', 'https:', 'socks5:', 'socks5h:'].includes(proxy.protocol)) return full;
  throw fault('registry.badProxy', `${field} is no address of a proxy.`, 'Write http:// or socks5://, host and port.', {
    field,
  });
}
