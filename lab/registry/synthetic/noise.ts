import { createCipheriv, createHash } from 'node:crypto';

/** `size` bytes that no compression makes smaller, the same for the same words: a key stream of AES in counter mode. */
export function noise(words: string, size: number): Buffer {
  const key = createHash('sha256').update(words).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(size));
}

/** A digest's worth of hex digits made of these words, where something only has to look like a commit or an id. */
export const hexOf = (words: string, length = 40): string =>
  createHash('sha256').update(words).digest('hex').slice(0, length);
