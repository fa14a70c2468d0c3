import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The same policy in the window and in the browser. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Compares digests: equal length always, so that a multi-byte guess cannot make timingSafeEqual throw. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/**
 * Who may talk to the loopback host. The address printed at the start holds a token that works once and buys a cookie;
 * the cookie's name holds the port, because cookies are not kept apart by port (RFC 6265 section 8.5).
 */
export interface WebSessions {
  /** The address's token, for printing. A new one is made with each call, so that another browser can be let in. */
  invite(): string;
  /** Trades a token for a Set-Cookie value, or undefined when the token is wrong or used up. */
  redeem(token: string, port: number): string | undefined;
  /** Whether the request has a session cookie and is meant for this very host. */
  allowed(request: IncomingMessage, port: number): boolean;
  endAll(): void;
}

export function createWebSessions(): WebSessions {
  const invitations = new Set<string>();
  const sessions = new Set<string>();
  const fresh = () => randomBytes(32).toString('base64url');
  const find = (set: Set<string>, value: string) => {
    let found: string | undefined;
    // Every entry is compared, so that the time taken says nothing.
    for (const entry of set) if (same(entry, value)) found = entry;
    return found;
  };
  return {
    invite() {
      const token = fresh();
      invitations.add(token);
      return token;
    },
    redeem(token, port) {
      const invitation = find(invitations, token);
      if (invitation === undefined) return undefined;
      invitations.delete(invitation);
      const session = fresh();
      sessions.add(session);
      return `bastion-${port}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    allowed({ headers }, port) {
      if (headers.host !== `127.0.0.1:${port}`) return false;
      const cookie = new RegExp(`(?:^|; )bastion-${port}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
      return find(sessions, cookie ?? '') !== undefined;
    },
    endAll: () => sessions.clear(),
  };
}
