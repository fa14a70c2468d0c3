import { fault } from '../../../shared/fault.ts';

/**
 * Where to go on with an upload (distribution-spec, pushing blobs): the Location may be relative, absolute, on another host and
 * carry a query. A registry behind a TLS proxy often calls itself http: the same host stays on TLS, another is refused.
 * Faults: registry.refused.
 */
export function uploadLocation(header: string | string[] | undefined, from: URL): URL {
  const text = String(header ?? '');
  const url = text !== '' && URL.canParse(text, from.href) ? new URL(text, from.href) : undefined;
  const refuse = (why: string) =>
    fault('registry.refused', `${from.host} answered an upload ${why}.`, 'Tell whoever runs the registry.', {
      field: 'host',
    });
  if (!url || !/^https?:$/.test(url.protocol))
    throw refuse(text === '' ? 'without a Location' : 'with a Location that is none');
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    if (url.hostname !== from.hostname) throw refuse(`with a Location without TLS on another host: ${url.host}`);
    url.protocol = 'https:';
    // `:80` was meant for http; the port of the registry's own address is the one that speaks TLS.
    url.port = from.port;
  }
  return url;
}

/** The URL that ends an upload. Appended as text: the query that is there is opaque and must stay byte for byte. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.search = `${location.search}${location.search ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** The next page's URL of a `Link: <…>; rel="next"` header (RFC 8288); undefined on the last page. */
export function nextPage(header: string | string[] | undefined, from: URL): URL | undefined {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  for (const [, target = '', parameters = ''] of text.matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*]+\s*=?\s*(?:"[^"]*"|[^\s",;]*))*)/g,
  ))
    if (/;\s*rel\s*=\s*"?[^";]*\bnext\b/i.test(parameters) && URL.canParse(target, from.href)) {
      const url = new URL(target, from.href);
      // Pages stay at the registry: its list must not lead our sign-in elsewhere.
      url.protocol = from.protocol;
      url.host = from.host;
      return url;
    }
  return undefined;
}
