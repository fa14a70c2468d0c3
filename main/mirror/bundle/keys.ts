import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import { keyId, publicKeyText } from './public-key.ts';

/** This laptop's key: what it signs bundles and inventories with. */
export interface SigningKey {
  id: string;
  /** One line, see publicKeyText. */
  publicKey: string;
  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
}

/**
 * The key in `<folder>/bundle-signing.pem` (PKCS#8, mode 0600), made at first use. It is not sealed yet: who reads this file can
 * sign as this laptop. Faults: key.unreadable, key.damaged.
 */
export function signingKey(folder: string): SigningKey {
  const file = join(folder, 'bundle-signing.pem');
  return signingKeyOf(readPem(file) ?? makeKey(folder, file), file);
}

/** A signing key from PEM text; `file` is only named in faults. */
export function signingKeyOf(pem: string, file = 'the key'): SigningKey {
  const secret = parse(pem, file);
  const publicKey = publicKeyText(createPublicKey(secret));
  return { id: keyId(publicKey), publicKey, sign: (bytes) => sign(null, bytes, secret) };
}

function parse(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`its type is ${key.asymmetricKeyType}, not ed25519`);
    return key;
  } catch (cause) {
    throw fault(
      'key.damaged',
      `${file} holds no usable signing key: ${(cause as Error).message}.`,
      'Put the file back from a backup. To begin with a new key, move it away; sites must then trust the new public key.',
      { about: [file], cause },
    );
  }
}

function readPem(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fault(
      'key.unreadable',
      `The signing key ${file} can't be read: ${(cause as Error).message}.`,
      'Give this user the right to read it.',
      { about: [file], cause },
    );
  }
}

/** Two processes may make it at once: `link` lets one win, and both use the winner's. */
function makeKey(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
  return readFileSync(file, 'utf8');
}
