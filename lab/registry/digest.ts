import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Digest } from './types.ts';

/** Reads a digest; undefined when it is none that this registry knows (image-spec descriptor.md, digests). */
export function parseDigest(text: string): Digest | undefined {
  return /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text) ? (text as Digest) : undefined;
}

/** Its algorithm, as node:crypto names it. */
export const algorithmOf = (digest: Digest): 'sha256' | 'sha512' => (digest.startsWith('sha512') ? 'sha512' : 'sha256');

/** The digest of these bytes. */
export const digestOf = (bytes: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** The file of a blob below the root of an OCI image layout (image-layout.md). */
export function blobPath(root: string, digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(root, 'blobs', algorithm, hex);
}
