import { gzipSync } from 'node:zlib';

/** A file of a layer; a name that ends with `/` is a folder. */
export interface TarFile {
  name: string;
  bytes?: Buffer | string;
  /** Default 0644, folders 0755. */
  mode?: number;
}

const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;

function header(name: string, size: number, mode: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is longer than a tar header holds`);
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(name.endsWith('/') ? '5' : '0', 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)} `, 148);
  return block;
}

/** A ustar archive of these files, in this order, with owner 0 and time 0, so that the same files give the same bytes. */
export function tarOf(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ name, bytes = '', mode }) => {
    const content = Buffer.from(bytes);
    const fill = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header(name, content.length, mode ?? (name.endsWith('/') ? 0o755 : 0o644)), content, fill];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** gzip without compression: the bytes don't depend on the version of zlib that made them. */
export const gzipOf = (bytes: Buffer): Buffer => {
  const zipped = gzipSync(bytes, { level: 0 });
  // The operating system in the header (RFC 1952): unknown, on every machine.
  zipped[9] = 255;
  return zipped;
};
