import { createHash, type Hash } from 'node:crypto';
import { fault } from '../../shared/fault.ts';
import type { Digest } from './types.ts';

export type Algorithm = 'sha256' | 'sha512';

const shape = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether a text is a digest we can check (image-spec descriptor.md: sha256 and sha512, lower-case hex). */
export const isDigest = (text: string): text is Digest => shape.test(text);

/** A digest of a text, or the fault reference.digest that says what is wrong with it. `field` names where it stood. */
export function parseDigest(text: string, field = 'digest'): Digest {
  if (isDigest(text)) return text;
  const [algorithm = '', hex = ''] = text.split(':');
  const wanted = algorithm === 'sha512' ? 128 : 64;
  const why = !/^sha(256|512)$/.test(algorithm)
    ? `its algorithm is "${algorithm}"; only sha256 and sha512 can be checked`
    : /[A-F]/.test(hex)
      ? 'its hex digits must be lower case'
      : /[^0-9a-f]/.test(hex)
        ? 'it holds other signs than hex digits'
        : `it has ${hex.length} hex digits instead of ${wanted}`;
  throw fault('reference.digest', `"${text}" is no digest: ${why}.`, 'Write sha256: and 64 hex digits.', { field });
}

/** `sha256` or `sha512`. */
export const algorithmOf = (digest: Digest): Algorithm => (digest.startsWith('sha512:') ? 'sha512' : 'sha256');

/** The hex digits behind the algorithm. */
export const hexOf = (digest: Digest): string => digest.slice(7);

/** The digest of bytes at hand. */
export const digestOf = (bytes: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** A running hash of the algorithm that a digest names. */
export const hashFor = (digest: Digest): Hash => createHash(algorithmOf(digest));

/** Whether bytes have this digest. */
export const matches = (bytes: Uint8Array, digest: Digest): boolean => digestOf(bytes, algorithmOf(digest)) === digest;

/** registry.digestMismatch: what came is not what was named. `from` says where it came from. */
export const digestMismatch = (wanted: Digest, found: string, from: string) =>
  fault(
    'registry.digestMismatch',
    `${from} gave other bytes than ${wanted} names (${found}).`,
    'Try again; if it stays, the registry or something on the way alters content: do not use it.',
    { about: [wanted] },
  );
