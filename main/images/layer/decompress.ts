import type { Duplex } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Large chunks: decompression is twice as fast with them as with Node's 16 KiB. */
const chunkSize = 1024 * 1024;

/** The decompressor for a layer, told by its first bytes (media types are not always right); undefined for a plain tar. */
export function decompressorFor(head: Uint8Array): Duplex | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize });
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd)
    return createZstdDecompress({ chunkSize });
  return undefined;
}
