/** 64-bit FNV-1a in decimal, the form in which KMM writes its hashes. */
export function decimalHash(...texts: readonly string[]): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(texts.join('\0'))) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString();
}
