/** A packet of an OpenPGP message. Tags: 2 signature, 4 one-pass, 8 compressed, 11 literal. */
export interface Packet {
  tag: number;
  body: Buffer;
}

/** Splits a message into its packets (RFC 4880, 4.2): both header formats, partial lengths. Throws where it is cut off. */
export function packetsOf(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the message is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const first = take(1)[0]!;
    if (!(first & 0x80)) throw new Error('it is no OpenPGP message');
    if (first & 0x40) packets.push({ tag: first & 0x3f, body: newBody(take) });
    else {
      const kind = first & 3;
      // The last packet of a message may go to its end.
      const length = kind === 3 ? bytes.length - at : take(1 << kind).readUIntBE(0, 1 << kind);
      packets.push({ tag: (first >> 2) & 0xf, body: take(length) });
    }
  }
  return packets;
}

function newBody(take: (length: number) => Buffer): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const first = take(1)[0]!;
    if (first < 192) return Buffer.concat([...parts, take(first)]);
    if (first < 224) return Buffer.concat([...parts, take(((first - 192) << 8) + take(1)[0]! + 192)]);
    if (first === 255) return Buffer.concat([...parts, take(take(4).readUInt32BE(0))]);
    parts.push(take(2 ** (first & 0x1f)));
  }
}
