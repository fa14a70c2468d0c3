import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import type { BundleRecords } from '../../store/bundles.ts';
import { type SigningKey, signingKey } from './keys.ts';
import { keyId, normalPublicKey } from './public-key.ts';
import type { Trusted } from './signature.ts';

type KeyCall = 'mirror.keys' | 'mirror.trust' | 'mirror.distrust';

/** This laptop's key and those it trusts. The key is made when it is first asked for, in `folder`. */
export function createTrust(deps: { records: BundleRecords; folder: string; clock: Clock; emit: Emit }): {
  handlers: Pick<Handlers, KeyCall>;
  key(): SigningKey;
  trusted(): Trusted[];
} {
  const { records, folder, clock, emit } = deps;
  let own: SigningKey | undefined;
  const key = () => {
    own ??= signingKey(folder);
    return own;
  };
  return {
    key,
    trusted: () => [
      { publicKey: key().publicKey, ours: true },
      ...records.keys().map(({ public_key }) => ({ publicKey: public_key, ours: false })),
    ],
    handlers: {
      'mirror.keys': () => ({
        keys: [
          { id: key().id, name: 'This laptop', publicKey: key().publicKey, ours: true },
          ...records.keys().map(({ id, name, public_key }) => ({ id, name, publicKey: public_key, ours: false })),
        ],
      }),
      'mirror.trust'({ publicKey, name }) {
        const normal = normalPublicKey(publicKey);
        const id = keyId(normal);
        // Trusted as it is, and not to be distrusted by this name.
        if (normal === key().publicKey) return { id, name: 'This laptop', publicKey: normal, ours: true };
        records.trust({ id, name, public_key: normal, added_at: isoSeconds(clock.now()) });
        emit('mirror.changed', { what: 'bundles', id });
        return { id, name, publicKey: normal, ours: false };
      },
      'mirror.distrust'({ id }) {
        if (!records.distrust(id)) {
          throw fault('key.unknown', `No trusted key has the id ${id}.`, 'See `cli mirror keys`.', { field: 'id' });
        }
        emit('mirror.changed', { what: 'bundles', id });
        return {};
      },
    },
  };
}
