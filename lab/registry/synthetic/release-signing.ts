import { createMessage, enums, generateKey, readPrivateKey, sign } from 'openpgp';
import type { Release } from './release.ts';

/** A key that signs releases, made anew at each start. */
export interface ReleaseKey {
  /** Armored public key, for image sets. */
  publicKey: string;
  /** Bytes of `signature-1`: a one-pass signed message around the "atomic container signature" of this release. */
  signature(release: Pick<Release, 'image' | 'name'>): Promise<Buffer>;
}

/** RSA with 2,048 bits, so that a start takes no seconds; the real one has 4,096. */
export async function createReleaseKey(): Promise<ReleaseKey> {
  const { privateKey: armored, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'Synthetic release key', email: 'release@bastion.example' }],
    format: 'armored',
  });
  const key = await readPrivateKey({ armoredKey: armored });
  return {
    publicKey,
    async signature({ image, name }) {
      const text = JSON.stringify({
        critical: {
          image: { 'docker-manifest-digest': image.digest },
          type: 'atomic container signature',
          identity: { 'docker-reference': name },
        },
        optional: { creator: 'KMM Bastion synthetic releases' },
      });
      const message = await createMessage({ binary: Buffer.from(text), format: 'binary' });
      const signed = await sign({
        message,
        signingKeys: key,
        format: 'binary',
        config: { preferredHashAlgorithm: enums.hash.sha256 },
      });
      return Buffer.from(signed as Uint8Array);
    },
  };
}
