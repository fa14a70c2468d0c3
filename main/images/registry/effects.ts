import type { Clock } from '../../../shared/clock.ts';
import type { RegistrySettings } from '../types.ts';

/** What signs in to a registry; kept in memory only. */
export type Credential = NonNullable<RegistrySettings['credential']>;

/** What a registry client takes from the world. */
export interface RegistryEffects {
  clock: Clock;
  /** 0 ≤ x < 1; spreads waiting times. */
  random(): number;
  /** For HTTP_PROXY, HTTPS_PROXY and NO_PROXY; none when left out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Asked once a registry wants a sign-in and the settings hold none: auth files and helpers (credentials/). */
  credentials?(host: string, repository: string): Promise<Credential | undefined>;
}
