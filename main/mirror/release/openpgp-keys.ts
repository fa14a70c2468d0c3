import type { PublicKey } from 'openpgp';
import { fault } from '../../../shared/fault.ts';
import type { FetchPlace } from '../image-set/fetch-place.ts';
import { redHatReleaseKey } from './red-hat-key.ts';

const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/**
 * The keys that may sign releases: armored texts or places of such (a file may hold several); none named = `own`, armored texts that come
 * with the application (Red Hat's unless said otherwise). `field` is the list's place in the set. Faults: release.key when one can't be read, and those of `fetch`.
 */
export async function releaseKeys(
  named: readonly string[],
  fetch: FetchPlace,
  own: readonly string[] = [redHatReleaseKey],
  field = 'releases.keys',
): Promise<PublicKey[]> {
  const { readKeys } = await import('openpgp');
  const keys: PublicKey[] = [];
  for (const [index, each] of (named.length > 0 ? named : own).entries()) {
    const isText = each.includes('BEGIN PGP');
    const text = isText ? each : (await fetch(each, { limit: 1024 * 1024 })).toString('utf8');
    const bad = (why: string) => {
      const remedy = 'Give armored OpenPGP public keys (gpg --export --armor).';
      return fault('release.key', `${isText ? 'The key' : each} ${why}.`, remedy, { field: `${field}.${index}` });
    };
    const blocks = text.match(block) ?? [];
    if (blocks.length === 0) {
      throw bad(text.includes('PRIVATE KEY') ? 'is a private key: keep it away from here' : 'is no armored public key');
    }
    try {
      for (const armoredKeys of blocks) keys.push(...(await readKeys({ armoredKeys })));
    } catch (error) {
      throw bad(`can't be read (${(error as Error).message})`);
    }
  }
  return keys;
}
