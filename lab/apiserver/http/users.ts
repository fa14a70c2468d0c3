/** Who asks, as authentication found out. */
export interface User {
  name: string;
  groups: readonly string[];
}

/** The bearer tokens that the front knows. */
export interface Tokens {
  /** `expiresAt` in lab ms; from then on the token is refused with 401. */
  add(token: string, user: User, expiresAt?: number): void;
  revoke(token: string): void;
  /** The user with the groups every authenticated one has; undefined when unknown or expired. */
  user(token: string): User | undefined;
}

/** Every user that was authenticated belongs to it. */
export const authenticated = 'system:authenticated';

export function createTokens(now: () => number): Tokens {
  const known = new Map<string, { user: User; expiresAt: number }>();
  return {
    add: (token, user, expiresAt = Number.POSITIVE_INFINITY) => void known.set(token, { user, expiresAt }),
    revoke: (token) => void known.delete(token),
    user(token) {
      const found = known.get(token);
      if (!found || found.expiresAt <= now()) return undefined;
      return { name: found.user.name, groups: [...found.user.groups, authenticated] };
    },
  };
}
