import { createPublicKey, createVerify } from 'node:crypto';
import { inflateRawSync, inflateSync } from 'node:zlib';
import type { PublicKey } from 'openpgp';
import { type Packet, packetsOf } from './openpgp-packets.ts';

/** The text of a signed message and the id of the key that signed it. */
interface SignedText {
  text: Buffer;
  key: string;
}

const hashes: Record<number, string> = { 8: 'RSA-SHA256', 9: 'RSA-SHA384', 10: 'RSA-SHA512' };
const maxText = 1024 * 1024;

/**
 * Verifies a message that carries signatures of version 3 (RFC 4880, 5.2.2). Releases up to 2022 are signed so (4.10.18 is), and the
 * OpenPGP library reads version 4 and later only. RSA over a binary document with SHA-2; a key must be able to sign now. Undefined when
 * there is no such signature; throws with the reason when there are some, but none is valid.
 */
export async function verifyVersion3(message: Uint8Array, keys: readonly PublicKey[]): Promise<SignedText | undefined> {
  const packets = unpacked(packetsOf(Buffer.from(message)));
  const literal = packets.find(({ tag }) => tag === 11)?.body;
  const signatures = packets.filter(({ tag, body }) => tag === 2 && body[0] === 3);
  if (!literal || signatures.length === 0) return undefined;
  const text = literal.subarray(6 + (literal[1] ?? 0));
  const problems: string[] = [];
  for (const { body } of signatures) {
    const id = body.subarray(7, 15).toString('hex');
    const why = await problemOf(body, id, text, keys);
    if (!why) return { text, key: id };
    problems.push(why);
  }
  throw new Error(problems[0]);
}

/** Why a signature does not count; undefined when it does. */
async function problemOf(
  body: Buffer,
  id: string,
  text: Buffer,
  keys: readonly PublicKey[],
): Promise<string | undefined> {
  const [kind, algorithm, hash] = [body[2], body[15], hashes[body[16] ?? 0]];
  if (body[1] !== 5 || kind !== 0 || algorithm !== 1 || !hash)
    return `its signature is of a kind that is not accepted (${kind}, ${algorithm}, ${body[16]})`;
  const key = keys.find((each) => each.getKeys().some((one) => one.getKeyID().toHex() === id));
  if (!key) return `Could not find signing key with key ID ${id}`;
  const signedAt = body.readUInt32BE(3) * 1000;
  if (signedAt > Date.now()) return 'Signature creation time is in the future: look at the clock of this computer';
  const signing = await key.getSigningKey(
    key
      .getKeys()
      .find((one) => one.getKeyID().toHex() === id)
      ?.getKeyID(),
  );
  const { n, e } = signing.keyPacket.publicParams as { n?: Uint8Array; e?: Uint8Array };
  if (!n || !e) return 'its key is no RSA key';
  if (signedAt < signing.getCreationTime().getTime()) return 'Signature is older than its key';
  const jwk = { kty: 'RSA', n: Buffer.from(n).toString('base64url'), e: Buffer.from(e).toString('base64url') };
  const number = body.subarray(21);
  const modulus = Buffer.from(n).length;
  if (number.length === 0 || number.length > modulus) return 'its signature is cut off';
  // An OpenPGP number has no zeros in front, RSA wants as many bytes as the modulus has.
  const padded = Buffer.concat([Buffer.alloc(modulus - number.length), number]);
  const isGood = createVerify(hash)
    .update(text)
    .update(body.subarray(2, 7))
    .verify(createPublicKey({ key: jwk, format: 'jwk' }), padded);
  return isGood ? undefined : 'Signed digest did not match';
}

function unpacked(packets: readonly Packet[]): Packet[] {
  return packets.flatMap((packet) => {
    if (packet.tag !== 8) return [packet];
    const [algorithm, body] = [packet.body[0], packet.body.subarray(1)];
    const limit = { maxOutputLength: maxText };
    if (algorithm === 0) return packetsOf(body);
    if (algorithm === 1) return packetsOf(inflateRawSync(body, limit));
    if (algorithm === 2) return packetsOf(inflateSync(body, limit));
    return [];
  });
}
