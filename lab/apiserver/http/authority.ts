import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key as PEM texts. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** A certificate authority of our own, made anew for each lab. */
export interface Authority {
  caPem: string;
  /** For a server under these names and addresses. */
  server(names: readonly string[], addresses: readonly string[]): Promise<KeyPair>;
  /** For a client: `user` becomes CN, `groups` become O, as Kubernetes reads them. */
  client(user: string, groups: readonly string[]): Promise<KeyPair>;
  /** Signs a request (PEM, PKCS #10) for a client with the name and key in it; the certificate as PEM. Throws where it is none. */
  sign(request: string): Promise<string>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const year = 365 * 86_400_000;
const hour = 3_600_000;

const quoted = (text: string) => text.replaceAll(/[,+"\\<>;=]/g, (sign) => `\\${sign}`);

/** Makes the authority's key and root certificate; valid one year from the machine's now. */
export async function createAuthority(): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  // Valid since an hour ago: the machine that checks may be a little behind.
  const notBefore = new Date(Date.now() - hour);
  const notAfter = new Date(Date.now() + year);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=lab-hub-ca',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  let serial = 1;
  async function issue(subject: string, usage: string, extensions: x509.Extension[]): Promise<KeyPair> {
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    serial += 1;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(2, '0'),
      subject,
      issuer: root.subject,
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      publicKey: pair.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...extensions,
      ],
    });
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
    return { cert: `${certificate.toString('pem')}\n`, key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` };
  }
  async function sign(pem: string): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(pem);
    serial += 1;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(2, '0'),
      subject: request.subject,
      issuer: root.subject,
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      publicKey: await request.publicKey.export(),
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  }
  return {
    sign,
    caPem: `${root.toString('pem')}\n`,
    server: (names, addresses) =>
      issue('CN=lab-hub', x509.ExtendedKeyUsage.serverAuth, [
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: 'dns' as const, value })),
          ...addresses.map((value) => ({ type: 'ip' as const, value })),
        ]),
      ]),
    client: (user, groups) =>
      issue(
        [...groups.map((group) => `O=${quoted(group)}`), `CN=${quoted(user)}`].join(', '),
        x509.ExtendedKeyUsage.clientAuth,
        [],
      ),
  };
}

/** Who a client certificate (DER) names. */
export function subjectOf(der: Buffer): { name: string; groups: string[] } {
  const lines = new X509Certificate(der).subject.split('\n');
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  return { name: values('CN')[0] ?? '', groups: values('O') };
}
