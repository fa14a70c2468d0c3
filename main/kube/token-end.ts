import { type FaultError, fault } from '../../shared/fault.ts';

/** When a JSON Web Token (RFC 7519, `exp`) ends, ms since 1970; undefined for any other token. It is read, not verified. */
export function tokenEnd(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (!payload || !signature) return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const exp = said && (said as { exp?: unknown }).exp;
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** A 401 in better words where the token itself tells why: `Unauthorized` is all that a hub says. `now` is the hub's time, ms. */
export function unauthorizedFault(refused: FaultError, authorization: string | undefined, now: number): FaultError {
  const end = tokenEnd(authorization?.replace(/^Bearer /, '') ?? '');
  if (end === undefined || end > now) return refused;
  const at = `${new Date(end).toISOString().slice(0, 19)}Z`;
  const remedy = 'Log in to the hub again, then give this hub the fresh kubeconfig.';
  return fault('kube.unauthorized', `The token of this kubeconfig ended at ${at}: the hub takes it no more.`, remedy, {
    cause: refused,
  });
}
