import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RegistryError } from '../errors.ts';

const hash = (text: string) => createHash('sha256').update(text).digest();

/** Checks basic authentication (RFC 7617) in constant time. Throws UNAUTHORIZED with the challenge. */
export function createLogin(login: { user: string; password: string } | undefined): (request: IncomingMessage) => void {
  if (!login) return () => {};
  const expected = hash(`${login.user}:${login.password}`);
  return ({ headers }) => {
    const given = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(hash(Buffer.from(given, 'base64').toString('utf8')), expected)) return;
    throw new RegistryError(401, 'UNAUTHORIZED', 'authentication required', {
      headers: { 'www-authenticate': 'Basic realm="registry"' },
    });
  };
}
