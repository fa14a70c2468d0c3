import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../apiserver/http/authority.ts';
import { writeDurably } from './durable.ts';

const month = 30 * 86_400_000;

/** What a server needs for TLS, and what its clients are to trust. PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
  ca: string;
}

/** Names and addresses of this machine by which clients may reach it. */
function ownNames(): { names: string[]; addresses: string[] } {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address.split('%')[0] ?? '');
  return {
    names: [...new Set(['localhost', hostname().toLowerCase()])],
    addresses: [...new Set(['127.0.0.1', '::1', ...addresses])],
  };
}

/**
 * The certificate kept in `folder`, so that sites trust it once; a new authority and certificate when there is none, when it ends within
 * a month, or when this machine has another name or address now. The authority's key is not kept.
 */
export async function certificateIn(folder: string): Promise<Certificate> {
  const at = (name: string) => join(folder, name);
  const { names, addresses } = ownNames();
  const texts = await Promise.all(['cert.pem', 'key.pem', 'ca.pem'].map((name) => readFile(at(name), 'utf8'))).catch(
    () => undefined,
  );
  if (texts) {
    const [cert = '', key = '', ca = ''] = texts;
    const known = new X509Certificate(cert);
    const covers = names.every((name) => known.checkHost(name)) && addresses.every((address) => known.checkIP(address));
    if (covers && Date.parse(known.validTo) - Date.now() > month) return { cert, key, ca };
  }
  const authority = await createAuthority();
  const { cert, key } = await authority.server(names, addresses);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(at('key.pem'), key, 0o600);
  await writeDurably(at('cert.pem'), cert);
  await writeDurably(at('ca.pem'), authority.caPem);
  return { cert, key, ca: authority.caPem };
}
