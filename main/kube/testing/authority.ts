import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface Pair {
  cert: string;
  key: string;
}

export interface Wanted {
  cn: string;
  /** DNS names and IP addresses of a server certificate. */
  dns?: string[];
  ips?: string[];
  organization?: string;
  /** Validity as offsets from now, ms; a year from a minute ago by default. */
  from?: number;
  until?: number;
}

/** A certificate authority that lives as long as a test. */
export interface Authority {
  pem: string;
  issue(wanted: Wanted): Promise<Pair>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const year = 365 * 86_400_000;
let serial = 1;

async function pem(key: CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}

export async function createAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: (serial++).toString(16).padStart(4, '0'),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 2 * year),
    notAfter: new Date(Date.now() + year),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    pem: root.toString('pem'),
    async issue({ cn, dns = [], ips = [], organization, from = -60_000, until = year }) {
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const names = [
        ...dns.map((value) => ({ type: 'dns' as const, value })),
        ...ips.map((value) => ({ type: 'ip' as const, value })),
      ];
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: (serial++).toString(16).padStart(4, '0'),
        subject: organization ? `CN=${cn}, O=${organization}` : `CN=${cn}`,
        issuer: root.subject,
        notBefore: new Date(Date.now() + from),
        notAfter: new Date(Date.now() + until),
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: algorithm,
        extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
      });
      return { cert: certificate.toString('pem'), key: await pem(own.privateKey) };
    },
  };
}
