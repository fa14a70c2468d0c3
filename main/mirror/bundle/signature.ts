import { verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical.ts';
import type { SigningKey } from './keys.ts';
import { keyId, normalPublicKey, publicKeyOf } from './public-key.ts';

/** A public key someone decided to trust; `ours` is this laptop's own. */
export interface Trusted {
  publicKey: string;
  ours: boolean;
}

/** What a signature is worth here; `key` is the id of the key that made it, '' where none can be read. */
export interface Verdict {
  state: 'ours' | 'trusted' | 'unknown' | 'unsigned' | 'broken';
  key: string;
  publicKey: string;
}

const Envelope = z.strictObject({
  schema: z.literal('bastion.kmm/signature/v1'),
  publicKey: z.string().max(100),
  signature: z.base64().max(100),
});

/** Ed25519 over exactly `bytes`, as one line of JSON that carries the public key. */
export function signatureOf(bytes: Uint8Array, key: SigningKey): string {
  return canonicalJson({
    schema: 'bastion.kmm/signature/v1',
    publicKey: key.publicKey,
    signature: key.sign(bytes).toString('base64'),
  } satisfies z.infer<typeof Envelope>);
}

/** Judges `bytes` by the text of their signature (undefined = there is none). */
export function judge(bytes: Uint8Array, signature: string | undefined, trusted: readonly Trusted[]): Verdict {
  if (signature === undefined) return { state: 'unsigned', key: '', publicKey: '' };
  const envelope = read(signature);
  if (!envelope) return { state: 'broken', key: '', publicKey: '' };
  const publicKey = envelope.publicKey;
  const key = keyId(publicKey);
  if (!verify(null, bytes, publicKeyOf(publicKey), Buffer.from(envelope.signature, 'base64')))
    return { state: 'broken', key, publicKey };
  const known = trusted.filter((each) => each.publicKey === publicKey);
  if (known.length === 0) return { state: 'unknown', key, publicKey };
  return { state: known.some(({ ours }) => ours) ? 'ours' : 'trusted', key, publicKey };
}

/** Only the one spelling that signatureOf gives is taken: what looks the same must be the same. Undefined when it is not that. */
function read(text: string): z.infer<typeof Envelope> | undefined {
  try {
    const envelope = Envelope.parse(JSON.parse(text));
    const { publicKey, signature } = envelope;
    const normal = normalPublicKey(publicKey) === publicKey && plain(signature) === signature;
    return normal && canonicalJson(envelope) === text.trimEnd() ? envelope : undefined;
  } catch {
    return undefined;
  }
}

/** Base 64 has spare bits at its end, which must be zero. */
const plain = (base64: string): string => Buffer.from(base64, 'base64').toString('base64');
