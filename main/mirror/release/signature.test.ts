import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { createMessage } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../images/digest.ts';
import { createFetchPlace } from '../image-set/fetch-place.ts';
import { releaseKeys } from './openpgp-keys.ts';
import { redHatFingerprint } from './red-hat-key.ts';
import { findSignatures, verifySignature } from './signature.ts';
import { claimOf, newSigner, type Signer, signText } from './testing/signer.ts';

const digest = digestOf('release');
const fetch = createFetchPlace({ web: () => Promise.reject(new Error('no network in this test')) });
const folder = mkdtempSync(join(tmpdir(), 'signatures-'));
afterAll(() => rmSync(folder, { recursive: true }));

let ours: Signer;
let other: Signer;
beforeAll(async () => {
  [ours, other] = await Promise.all([newSigner(), newSigner()]);
});
const claim = (over: object = {}, named: string = digest) => claimOf(named, over);
const signed = (text: string, signer = ours) => signText(text, signer);
const verdict = (bytes: Uint8Array) => verifySignature(bytes, digest, [ours.open]);

describe('one signature', () => {
  test('good', async () => {
    expect(await verdict(await signed(claim()))).toEqual({
      good: true,
      key: ours.open.getKeyID().toHex(),
      identity: 'quay.io/openshift-release-dev/ocp-release:4.12.3-x86_64',
    });
  });
  test('a tampered text is refused, though its message can be read', async () => {
    const bytes = await signed(claim());
    const at = bytes.indexOf('x86_64');
    expect(at).toBeGreaterThan(0);
    bytes.write('x86_65', at);
    expect(await verdict(bytes)).toEqual({ good: false, why: expect.stringMatching(/digest|verif|invalid/i) });
  });
  test('an unknown key', async () => {
    const why = expect.stringContaining('Could not find signing key');
    expect(await verdict(await signed(claim(), other))).toEqual({ good: false, why });
  });
  test.each([
    ['another digest', () => claim({}, digestOf('another')), `it is for another image, ${digestOf('another')}`],
    [
      'another type',
      () => claim({ type: 'cosign container image signature' }),
      'its type is "cosign container image signature"',
    ],
    ['no JSON', () => 'release', 'its text is no JSON'],
    ['JSON of another shape', () => '[]', 'its type is "undefined"'],
    ['null', () => 'null', 'its type is "undefined"'],
  ])('%s', async (_, text, why) => {
    expect(await verdict(await signed(text()))).toEqual({ good: false, why });
  });
  test('a message that unpacks without end is not unpacked', async () => {
    const packet = (tag: number, body: Buffer) => {
      const head = Buffer.from([0xc0 | tag, 255, 0, 0, 0, 0]);
      head.writeUInt32BE(body.length, 2);
      return Buffer.concat([head, body]);
    };
    const literal = packet(11, Buffer.concat([Buffer.from([0x62, 0, 0, 0, 0, 0]), Buffer.alloc(32 * 1024 * 1024)]));
    const bomb = packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(literal)]));
    expect(bomb.length).toBeLessThan(64 * 1024);
    expect(await verdict(bomb)).toEqual({ good: false, why: expect.stringContaining('decompressed') });
  });
  test('an unsigned message, a cut one, and no message', async () => {
    const message = await createMessage({ binary: Buffer.from(claim()) });
    expect(await verdict(message.write() as Uint8Array)).toEqual({ good: false, why: 'it carries no signature' });
    for (const bytes of [(await signed(claim())).subarray(0, 300), Buffer.from('<html>404</html>'), Buffer.alloc(0)]) {
      expect((await verdict(bytes)).good).toBe(false);
    }
  });
});

describe('those of a release', () => {
  const find = async (files: Record<string, Buffer>) => {
    const base = mkdtempSync(join(folder, 'base-'));
    const place = join(base, digest.replace(':', '='));
    mkdirSync(place);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(place, name), bytes);
    return findSignatures(digest, [ours.open], { base, fetch });
  };
  test('only signature-2 is valid: it is kept byte for byte under its number', async () => {
    const bytes = await signed(claim());
    const { files, problems, keys } = await find({
      'signature-1': await signed(claim(), other),
      'signature-2': bytes,
      'signature-3': await signed(claim({}, digestOf('x'))),
      'signature-5': bytes,
    });
    const path = `signatures/${digest.replace(':', '=')}/signature-2`;
    expect(files).toEqual([{ path, mediaType: 'application/pgp-signature', bytes }]);
    expect(keys).toEqual([ours.open.getKeyID().toHex()]);
    expect(problems.map((each) => each.slice(0, 11))).toEqual(['signature-1', 'signature-3']);
  });
  test('none at all says where it looked', async () => {
    const problems = [expect.stringMatching(/^There is no file .*signature-1\.$/)];
    expect(await find({})).toMatchObject({ files: [], problems });
  });
});

describe('keys', () => {
  test('Red Hat’s comes along, has its published fingerprint, signed itself and can sign', async () => {
    const [key, ...more] = await releaseKeys([], fetch);
    expect(more).toEqual([]);
    expect(key?.getFingerprint()).toBe(redHatFingerprint);
    expect(key?.getUserIDs()).toEqual(['Red Hat, Inc. (release key 2) <security@redhat.com>']);
    await key?.verifyPrimaryKey();
    await key?.getSigningKey();
  });
  test('several in one file and in a text', async () => {
    const file = join(folder, 'keys.asc');
    writeFileSync(file, `${ours.open.armor()}\nsome words\n${other.open.armor()}`);
    const keys = await releaseKeys([file, ours.open.armor()], fetch);
    expect(keys.map((key) => key.getFingerprint())).toEqual(
      [ours, other, ours].map(({ open }) => open.getFingerprint()),
    );
  });
  test('what is no key is named', async () => {
    await expect(releaseKeys([ours.secret.armor()], fetch)).rejects.toThrow('is a private key');
    await expect(releaseKeys([join(folder, 'none.asc')], fetch)).rejects.toThrow('There is no file');
    const broken = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----';
    await expect(releaseKeys([broken], fetch)).rejects.toThrow("can't be read");
  });
});
