import { inflateRawSync } from 'node:zlib';
import { enums, readMessage } from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../images/digest.ts';
import { releaseKeys } from './openpgp-keys.ts';
import { packetsOf } from './openpgp-packets.ts';
import { verifySignature } from './signature.ts';
import { published } from './testing/published-signatures.ts';
import { newSigner } from './testing/signer.ts';

const noFetch = () => Promise.reject(new Error('not asked'));
let keys: Awaited<ReturnType<typeof releaseKeys>>;
beforeAll(async () => {
  keys = await releaseKeys([], noFetch);
});
const bytesOf = (version: string) =>
  Buffer.from(published.find((each) => each.version === version)!.signature, 'base64');
const old = published[0]!;
/** The packets behind the compressed one: one-pass, text, signature. */
const bare = () => inflateRawSync(packetsOf(bytesOf(old.version))[0]!.body.subarray(1));
const verdict = (bytes: Uint8Array) => verifySignature(bytes, old.digest, keys);

test.each(published)(
  'Red Hat’s signature of $version is valid with the key that comes along',
  async ({ version, digest }) => {
    expect(await verifySignature(bytesOf(version), digest, keys)).toEqual({
      good: true,
      key: '199e2f91fd431d51',
      identity: `quay.io/openshift-release-dev/ocp-release:${version}-x86_64`,
    });
    expect((await verifySignature(bytesOf(version), digestOf('x'), keys)).good).toBe(false);
  },
);

describe('a signature of version 3', () => {
  test('the library alone does not see it', async () => {
    const message = await readMessage({ binaryMessage: bytesOf(old.version) });
    expect((await message.verify(keys)).length).toBe(0);
    expect(packetsOf(bare()).map(({ tag, body }) => [tag, body[0]])).toEqual([
      [enums.packet.onePassSignature, 3],
      [enums.packet.literalData, 'b'.charCodeAt(0)],
      [enums.packet.signature, 3],
    ]);
  });
  test('is valid without compression too, and with a changed text never', async () => {
    expect((await verdict(bare())).good).toBe(true);
    const text = packetsOf(bare())[1]!.body;
    const from = bare().indexOf(text.subarray(30));
    for (let at = from; at < from + text.length - 30; at += 13) {
      const changed = bare();
      changed[at] = changed[at]! ^ 1;
      expect((await verdict(changed)).good).toBe(false);
    }
  });
  test('a changed time, kind, hash, number or key id spoils it', async () => {
    const at = bare().length - packetsOf(bare())[2]!.body.length;
    for (const byte of [0, 1, 2, 5, 8, 15, 16, 30, 400]) {
      const changed = bare();
      changed[at + byte] = changed[at + byte]! ^ 1;
      expect((await verdict(changed)).good, `byte ${byte}`).toBe(false);
    }
  });
  test('another key, no key, and every cut', async () => {
    const why = "it can't be verified (Could not find signing key with key ID 199e2f91fd431d51)";
    expect(await verifySignature(bare(), old.digest, [(await newSigner()).open])).toEqual({ good: false, why });
    expect(await verifySignature(bare(), old.digest, [])).toEqual({ good: false, why });
    for (let end = 0; end < bare().length; end += 41) expect((await verdict(bare().subarray(0, end))).good).toBe(false);
  });
});

test('packets of both header formats, with partial lengths', () => {
  const body = Buffer.alloc(700, 7);
  const parts = Buffer.concat([
    Buffer.from([0xcb, 0xe9]),
    body.subarray(0, 512),
    Buffer.from([188]),
    body.subarray(512),
  ]);
  expect(packetsOf(parts)).toEqual([{ tag: 11, body }]);
  expect(packetsOf(Buffer.concat([Buffer.from([0xcb, 0xc1, 0xfc]), body]))).toEqual([{ tag: 11, body }]);
  expect(packetsOf(Buffer.concat([Buffer.from([0xcb, 0xff, 0, 0, 2, 188]), body]))).toEqual([{ tag: 11, body }]);
  expect(packetsOf(Buffer.concat([Buffer.from([0xad, 2, 188]), body]))).toEqual([{ tag: 11, body }]);
  expect(() => packetsOf(parts.subarray(0, 600))).toThrow('cut off');
  expect(() => packetsOf(Buffer.from('text'))).toThrow('no OpenPGP message');
});
