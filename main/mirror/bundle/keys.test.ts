import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signingKey } from './keys.ts';
import { keyId, normalPublicKey, publicKeyOf, publicKeyText } from './public-key.ts';
import { judge, signatureOf } from './signature.ts';
import { faultOf } from './testing/desk.ts';
import { sampleKey } from './testing/sample-store.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const bytes = Buffer.from('what is signed');

test('the key is made once, for this user alone, and is the same from then on', () => {
  const folder = join(dir, 'keys');
  const key = signingKey(folder);
  expect(readdirSync(folder)).toEqual(['bundle-signing.pem']);
  expect(statSync(join(folder, 'bundle-signing.pem')).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(signingKey(folder)).toMatchObject({ id: key.id, publicKey: key.publicKey });
  expect(key.id).toMatch(/^[0-9a-f]{16}$/);
});

test('a damaged key file is told, and not replaced', async () => {
  signingKey(dir);
  const file = join(dir, 'bundle-signing.pem');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50));
  const told = await faultOf((async () => signingKey(dir))());
  expect(told).toMatchObject({ code: 'key.damaged', about: [file] });
  expect(existsSync(file)).toBe(true);
});

test('a signature is ours, trusted, unknown, unsigned or broken', () => {
  const key = sampleKey();
  const signature = signatureOf(bytes, key);
  const ours = { ...key.trusted, ours: true };
  expect(judge(bytes, signature, [ours]).state).toBe('ours');
  expect(judge(bytes, signature, [key.trusted])).toEqual({ state: 'trusted', key: key.id, publicKey: key.publicKey });
  expect(judge(bytes, signature, [sampleKey().trusted]).state).toBe('unknown');
  expect(judge(bytes, undefined, [ours]).state).toBe('unsigned');
  expect(judge(Buffer.from('what is not'), signature, [ours]).state).toBe('broken');
  // The key of another in the envelope does not make it theirs.
  const other = sampleKey();
  expect(judge(bytes, signature.replace(key.publicKey, other.publicKey), [other.trusted]).state).toBe('broken');
  for (const text of ['', '{}', signature.slice(1), signature.replace('"', ' "'), `${signature}x`])
    expect(judge(bytes, text, [ours]).state).toBe('broken');
});

test('a public key survives being typed: case, spaces, o for 0; one wrong sign is noticed', async () => {
  const { publicKey, id } = sampleKey();
  expect(publicKey).toMatch(/^bastion(-[0-9a-hjkmnp-tv-z]{4}){14}$/);
  const typed = ` ${publicKey.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'L')} `;
  // The O of the word BASTION is no digit; only what follows it is typed loosely.
  const loose = typed.replace(/BASTI[O0]N/, 'BASTION');
  expect(normalPublicKey(loose)).toBe(publicKey);
  expect(keyId(loose)).toBe(id);
  expect(publicKeyText(publicKeyOf(publicKey))).toBe(publicKey);
  for (let at = 'bastion-'.length; at < publicKey.length; at += 1) {
    if (publicKey[at] === '-') continue;
    const wrong = publicKey.slice(0, at) + (publicKey[at] === 'z' ? 'y' : 'z') + publicKey.slice(at + 1);
    expect((await faultOf((async () => keyId(wrong))())).code).toBe('key.typo');
  }
  for (const text of ['', 'bastion-', publicKey.slice(0, -1), publicKey.replace('bastion', 'castion'), `${publicKey}u`])
    expect((await faultOf((async () => keyId(text))())).code).toBe('key.invalid');
});
