import { createMessage, generateKey, type PrivateKey, type PublicKey, sign } from 'openpgp';

/** An OpenPGP key of a test, made anew each time. */
export interface Signer {
  secret: PrivateKey;
  open: PublicKey;
}

export async function newSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'A test' }],
    format: 'object',
  });
  return { secret: privateKey, open: publicKey };
}

/** The text that a release signature signs. */
export const claimOf = (digest: string, critical: object = {}): string =>
  JSON.stringify({
    critical: {
      type: 'atomic container signature',
      image: { 'docker-manifest-digest': digest },
      identity: { 'docker-reference': 'quay.io/openshift-release-dev/ocp-release:4.12.3-x86_64' },
      ...critical,
    },
    optional: { creator: 'a test' },
  });

/** An OpenPGP signed message (binary) of a text, as release signatures are. */
export async function signText(text: string, { secret }: Signer): Promise<Buffer> {
  const message = await createMessage({ binary: Buffer.from(text) });
  return Buffer.from(await sign({ message, signingKeys: secret, format: 'binary' }));
}
