import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../../../shared/fault.ts';
import type { RegistrySettings } from '../types.ts';

/** Where podman and docker look for certificates of registries, in this order (containers-certs.d(5)). */
export const certsDirs = (home: string): string[] => [
  join(home, '.config', 'containers', 'certs.d'),
  '/etc/containers/certs.d',
  '/etc/docker/certs.d',
];

export type Certificates = Pick<RegistrySettings, 'ca' | 'clientCertificate' | 'clientKey'>;

/**
 * Certificates laid down for a registry as `DIR/host[:port]/`: every `*.crt` is an authority, `NAME.cert` and `NAME.key` are
 * ours for mTLS. The first folder that exists counts; nothing when none does. Read at once: it is a few small files, once
 * for each client. Faults: registry.badCertificate.
 */
export function readCertificates(host: string, dirs: readonly string[]): Certificates {
  for (const dir of dirs) {
    const folder = join(dir, host);
    const bad = (file: string, why: string, cause?: unknown) =>
      fault(
        'registry.badCertificate',
        `${join(folder, file)} ${why}.`,
        'Put both NAME.cert and NAME.key there, readable, or none.',
        { field: join(folder, file), cause },
      );
    const attempt = <T>(file: string, work: () => T): T | undefined => {
      try {
        return work();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (file === '' && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
        throw bad(file, `can't be read (${code})`, error);
      }
    };
    const read = (file: string) => attempt(file, () => readFileSync(join(folder, file), 'utf8')) ?? '';
    const names = attempt('', () => readdirSync(folder).sort());
    if (!names) continue;
    const authorities = names.filter((name) => name.endsWith('.crt')).map(read);
    const cert = names.find((name) => name.endsWith('.cert'));
    const key = cert?.replace(/\.cert$/, '.key');
    const lonely = cert === undefined && names.find((name) => name.endsWith('.key'));
    if (lonely) throw bad(lonely, 'has no certificate beside it');
    if (cert && key && !names.includes(key)) throw bad(cert, 'has no key beside it');
    return {
      ...(authorities.length > 0 && { ca: authorities.join('\n') }),
      ...(cert && key && { clientCertificate: read(cert), clientKey: read(key) }),
    };
  }
  return {};
}
