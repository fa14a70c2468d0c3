import { createHash, type KeyObject, sign } from 'node:crypto';

/** The API server takes a token for a minute longer than it says (go-jose's leeway). */
const leewayMs = 60_000;
const issuer = 'https://localhost';
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A service account's token as the API server's own TokenRequest makes it, but with any end: the server gives none that ends
 * within ten minutes. `until` is when the server stops taking it, ms; the token itself names a time a minute earlier.
 */
export function accountToken(
  privateKey: KeyObject,
  publicKey: KeyObject,
  { namespace, name, uid }: { namespace: string; name: string; uid: string },
  until: number,
): string {
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  const exp = Math.floor((until - leewayMs) / 1000);
  const claims = {
    aud: [issuer],
    exp,
    iat: exp - 3600,
    nbf: exp - 3600,
    iss: issuer,
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const text = `${part({ alg: 'RS256', kid })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}
