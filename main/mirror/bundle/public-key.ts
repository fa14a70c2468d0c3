import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { fault } from '../../../shared/fault.ts';

/** Crockford's base 32: no i, l, o, u, so that a key can be read out over a radio and typed. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const prefix = 'bastion';
/** DER of an Ed25519 SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410 section 4). */
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** 16 hex digits by which a person tells keys apart. Trust compares the whole key, never this. */
export function keyId(publicKey: string): string {
  return createHash('sha256').update(rawKey(publicKey)).digest('hex').slice(0, 16);
}

/** One line to type, print or scan: `bastion-` and 56 letters and digits in groups of four, the last group being a check sum. */
export function publicKeyText(key: KeyObject): string {
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(spki.length);
  return `${prefix}-${(encode(raw) + checkSum(raw)).match(/.{4}/g)?.join('-')}`;
}

/** The line in its one spelling; case, spaces and hyphens don't matter. Faults: key.invalid, key.typo. */
export function normalPublicKey(text: string): string {
  return publicKeyText(publicKeyOf(text));
}

/** The key behind the line. Faults: key.invalid (not such a line), key.typo (the check sum does not fit). */
export function publicKeyOf(text: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([spki, rawKey(text)]), format: 'der', type: 'spki' });
}

function rawKey(text: string): Buffer {
  const written = text.trim().toLowerCase();
  const letters = written
    .replace(new RegExp(`^${prefix}`), '')
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  const remedy = 'Copy the whole line as the other side shows it (`cli mirror keys`).';
  if (!written.startsWith(prefix) || letters.length !== 56 || [...letters].some((each) => !alphabet.includes(each)))
    throw fault('key.invalid', 'That is no public key of this application.', remedy, { field: 'publicKey' });
  const raw = decode(letters.slice(0, 52));
  if (checkSum(raw) !== letters.slice(52) || encode(raw) !== letters.slice(0, 52))
    throw fault('key.typo', 'The public key has a typing error: its last group does not fit the rest.', remedy, {
      field: 'publicKey',
    });
  return raw;
}

const checkSum = (raw: Buffer): string => encode(createHash('sha256').update(raw).digest()).slice(0, 4);

function encode(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = Math.ceil((bytes.length * 8) / 5);
  bits <<= BigInt(length * 5 - bytes.length * 8);
  let text = '';
  for (let index = length - 1; index >= 0; index -= 1) text += alphabet[Number((bits >> BigInt(index * 5)) & 31n)];
  return text;
}

/** 52 letters to 32 bytes; the four spare bits are dropped (the caller compares the spelling). */
function decode(letters: string): Buffer {
  let bits = 0n;
  for (const letter of letters) bits = (bits << 5n) | BigInt(alphabet.indexOf(letter));
  return Buffer.from((bits >> 4n).toString(16).padStart(64, '0'), 'hex');
}
