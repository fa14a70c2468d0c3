import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fault } from '../../shared/fault.ts';
import type { Material } from './file-reference.ts';

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Reads inline base64 or a file; undefined when neither is given. Faults: kubeconfig.missingFile. */
export async function readMaterial(material: Material): Promise<string | undefined> {
  if (material.data !== undefined) return Buffer.from(material.data, 'base64').toString('utf8');
  if (material.file === undefined) return undefined;
  try {
    return await readFile(material.file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw fault(
      'kubeconfig.missingFile',
      `${material.field}: ${material.file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code})`}.`,
      'Put the file there, correct the path, or use a kubeconfig with inline data.',
      { field: material.field, cause: error },
    );
  }
}

/** Reads CA certificates (PEM). Faults: kubeconfig.missingFile, kubeconfig.badCertificate. */
export async function readCa(material: Material): Promise<string | undefined> {
  const pem = await readMaterial(material);
  if (pem !== undefined) parseCertificate(pem, material.field);
  return pem;
}

function parseCertificate(pem: string, field: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw fault('kubeconfig.badCertificate', `${field} holds no PEM certificate.`, `Correct ${field}.`, {
      field,
      cause: error,
    });
  }
}

/** A client certificate and its key as PEM. */
export interface ClientPair {
  cert: string;
  key: string;
}

/**
 * Checks that a client certificate can be used now (`now` in ms).
 * Faults: kubeconfig.badCertificate, .badKey, .clientCertificateExpired, .clientCertificateNotYetValid.
 */
function checkPair({ cert, key }: ClientPair, fields: { cert: string; key: string }, now: number): void {
  const x509 = parseCertificate(cert, fields.cert);
  let matches: boolean;
  try {
    const spki = (k: ReturnType<typeof createPublicKey>) => k.export({ type: 'spki', format: 'der' });
    matches = spki(createPublicKey(createPrivateKey(key))).equals(spki(x509.publicKey));
  } catch (error) {
    throw fault(
      'kubeconfig.badKey',
      `${fields.key} holds no PEM private key that can be read.`,
      `Correct ${fields.key}.`,
      {
        field: fields.key,
        cause: error,
      },
    );
  }
  if (!matches) {
    const message = `${fields.key} does not belong to the certificate in ${fields.cert}.`;
    throw fault('kubeconfig.badKey', message, 'Take both from the same place.', { field: fields.key });
  }
  const until = x509.validToDate.getTime();
  const from = x509.validFromDate.getTime();
  if (now > until) {
    throw fault(
      'kubeconfig.clientCertificateExpired',
      `${fields.cert}: the client certificate expired on ${day(until)}; this computer's date is ${day(now)}.`,
      'Take a fresh kubeconfig from the hub, or correct the date of this computer.',
      { field: fields.cert },
    );
  }
  if (now < from) {
    throw fault(
      'kubeconfig.clientCertificateNotYetValid',
      `${fields.cert}: the client certificate is valid from ${day(from)}; this computer's date is ${day(now)}.`,
      'Correct the date of this computer, or wait.',
      { field: fields.cert },
    );
  }
}

/**
 * Reads certificate and key of a user; undefined when there are none.
 * Faults: kubeconfig.halfPair, kubeconfig.missingFile, and those of `checkPair`.
 */
export async function readPair(cert: Material, key: Material, now: number): Promise<ClientPair | undefined> {
  const [certPem, keyPem] = [await readMaterial(cert), await readMaterial(key)];
  if (certPem === undefined && keyPem === undefined) return undefined;
  if (certPem === undefined || keyPem === undefined) {
    const missing = certPem === undefined ? cert.field : key.field;
    const message = `A client certificate needs its key: ${missing} is missing.`;
    throw fault('kubeconfig.halfPair', message, `Add ${missing}.`, { field: missing });
  }
  const pair = { cert: certPem, key: keyPem };
  checkPair(pair, { cert: cert.field, key: key.field }, now);
  return pair;
}
