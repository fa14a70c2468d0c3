import type { Clock } from '../../../shared/clock.ts';
import type { Credential } from '../registry/effects.ts';
import { type AuthFile, authFilePaths, credentialOf, readAuthFile } from './auth-file.ts';
import { bestKey, plainKey } from './auth-key.ts';
import { askHelper } from './helper.ts';

export interface CredentialEffects {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  home: string;
  /** For helpers; 10 s when left out. */
  timeoutMs?: number;
}

/** How long an answer is kept, ms: a copy asks for each request, a new sign-in is to count soon. */
const keepMs = 60_000;

/**
 * Finds the sign-in for a registry as podman and docker do: file by file, in each the helper of this host, then the entry
 * that fits best, then the store of all. What is given here goes into RegistryEffects.credentials.
 * Faults: credentials.badFile, credentials.helper.
 */
export function createCredentialFinder({ clock, env, home, timeoutMs }: CredentialEffects) {
  const kept = new Map<string, { until: number; found: Promise<Credential | undefined> }>();

  async function inFile(file: AuthFile, host: string, repository: string): Promise<Credential | undefined> {
    const helperOf = Object.entries(file.credHelpers).find(([key]) => plainKey(key) === host);
    const helped = helperOf && (await askHelper(helperOf[1], host, env, timeoutMs));
    if (helped) return helped;
    // Entries without content are passed over, so that a wider one can still fit.
    const full = Object.keys(file.auths).filter((key) => credentialOf(file.auths[key] ?? {}));
    const key = bestKey(full, host, repository);
    if (key !== undefined) return credentialOf(file.auths[key] ?? {});
    return file.credsStore ? await askHelper(file.credsStore, host, env, timeoutMs) : undefined;
  }

  async function find(host: string, repository: string): Promise<Credential | undefined> {
    for (const path of authFilePaths(env, home)) {
      const file = await readAuthFile(path);
      const found = file && (await inFile(file, host, repository));
      if (found) return found;
    }
    return undefined;
  }

  return (host: string, repository: string): Promise<Credential | undefined> => {
    const key = `${host}/${repository}`;
    const known = kept.get(key);
    if (known && known.until > clock.now()) return known.found;
    const found = find(host, repository);
    kept.set(key, { until: clock.now() + keepMs, found });
    // What failed is asked again the next time.
    found.catch(() => kept.delete(key));
    return found;
  };
}
