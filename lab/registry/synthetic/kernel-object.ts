/**
 * A relocatable ELF object (x86-64) with a `.modinfo` section, as `modinfo` reads it; it holds no code. Facts are `key=value` pairs,
 * separated by NUL as in a real module (include/linux/moduleparam.h).
 */
export function kernelObject(facts: Record<string, string>, body: Buffer): Buffer {
  const modinfo = Buffer.from(
    Object.entries(facts)
      .map(([key, value]) => `${key}=${value}\0`)
      .join(''),
  );
  const names = Buffer.from('\0.modinfo\0.data\0.shstrtab\0');
  const sections = [
    { name: 1, type: 1, bytes: modinfo },
    { name: 10, type: 1, bytes: body },
    { name: 16, type: 3, bytes: names },
  ];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(1, 16); // ET_REL
  header.writeUInt16LE(62, 18); // EM_X86_64
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length + 1, 60);
  header.writeUInt16LE(sections.length, 62);
  const parts: Buffer[] = [header];
  const table: Buffer[] = [Buffer.alloc(64)];
  let offset = 64;
  for (const { name, type, bytes } of sections) {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeUInt32LE(type, 4);
    entry.writeBigUInt64LE(BigInt(offset), 24);
    entry.writeBigUInt64LE(BigInt(bytes.length), 32);
    entry.writeBigUInt64LE(1n, 48);
    table.push(entry);
    const fill = Buffer.alloc((8 - (bytes.length % 8)) % 8);
    parts.push(bytes, fill);
    offset += bytes.length + fill.length;
  }
  header.writeBigUInt64LE(BigInt(offset), 40);
  return Buffer.concat([...parts, ...table]);
}
