import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nfpm } from './nfpm.ts';

const go = spawnSync('go', ['version']).error === undefined;
const why = go || process.platform !== 'linux' ? '' : ' (skipped: no Go toolchain to build nfpm)';

/** The members of an ar archive, as a deb is one: a 60-byte header before each, even length (ar(5)). */
function membersOf(file: string): Map<string, Buffer> {
  const bytes = readFileSync(file);
  const members = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const name = bytes
      .toString('latin1', at, at + 16)
      .trim()
      .replace(/\/$/, '');
    const size = Number(bytes.toString('latin1', at + 48, at + 58));
    members.set(name, bytes.subarray(at + 60, at + 60 + size));
    at += 60 + size + (size % 2);
  }
  return members;
}

describe.skipIf(!go || process.platform !== 'linux')(`deb and rpm of the project's own recipe${why}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'bastion-nfpm-'));
  const key = join(home, 'key.asc');
  let publicKey: openpgp.PublicKey;
  beforeAll(async () => {
    mkdirSync(join(home, 'app'));
    writeFileSync(join(home, 'app/kmm-bastion'), 'the application\n');
    const made = await openpgp.generateKey({
      type: 'rsa',
      rsaBits: 2048,
      userIDs: [{ name: 'Test', email: 'test@example.org' }],
      format: 'object',
    });
    writeFileSync(key, made.privateKey.armor());
    ({ publicKey } = made);
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  function pack(kind: 'deb' | 'rpm', signingKey: string): string {
    const out = mkdtempSync(join(home, 'out-'));
    const { status, stderr } = spawnSync(
      nfpm(() => undefined)!,
      ['package', '-f', 'build/nfpm.yaml', '-p', kind, '-t', out],
      {
        cwd: join(import.meta.dirname, '..'),
        encoding: 'utf8',
        env: { ...process.env, VERSION: '0.0.1', UNPACKED: `${join(home, 'app')}/`, SIGNING_KEY: signingKey },
      },
    );
    expect(status, stderr).toBe(0);
    return join(out, readdirSync(out).find((name) => name.endsWith(kind))!);
  }

  test('the deb is signed over all of its parts when a key is given, and not without one', {
    timeout: 240_000,
  }, async () => {
    const members = membersOf(pack('deb', key));
    expect([...members.keys()].slice(0, 3)).toEqual(['debian-binary', 'control.tar.gz', 'data.tar.zst']);
    const signature = await openpgp.readSignature({ armoredSignature: members.get('_gpgorigin')!.toString() });
    const parts = ['debian-binary', 'control.tar.gz', 'data.tar.zst'].map((name) => members.get(name)!);
    const message = await openpgp.createMessage({ binary: new Uint8Array(Buffer.concat(parts)) });
    const { signatures } = await openpgp.verify({ message, signature, verificationKeys: publicKey });
    await expect(signatures[0]!.verified).resolves.toBe(true);
    expect([...membersOf(pack('deb', '')).keys()]).not.toContain('_gpgorigin');
  });

  test('the rpm carries a signature by the key', { timeout: 240_000 }, () => {
    // Of an OpenPGP signature the issuer's key id is in it, so the signed rpm has it in its signature header.
    const id = Buffer.from(publicKey.getKeyID().toHex(), 'hex');
    expect(readFileSync(pack('rpm', key)).includes(id)).toBe(true);
    expect(readFileSync(pack('rpm', '')).includes(id)).toBe(false);
  });
});
