import { readdir, readFile } from 'node:fs/promises';
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
 * ours for mTLS. The first folder that exists counts; nothing when none does. Faults: registry.badCertificate.
 */
export async function readCertificates(host: string, dirs: readonly string[]): Promise<Certificates> {
  for (const dir of dirs) {
    const folder = join(dir, host);
    const bad = (file: string, why: string, cause?: unknown) =>
      fault(
        'registry.badCertificate',
        `${join(folder, file)} ${why}.`,
        'Put both NAME.cert and NAME.key there, readable, or none.',
        {
          field: join(folder, file),
          cause,
        },
      );
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw bad('', `can't be read (${error.code})`, error);
    });
    if (!names) continue;
    const read = (name: string) =>
      readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw bad(name, `can't be read (${error.code})`, error);
      });
    const sorted = names.sort();
    const authorities = await Promise.all(sorted.filter((name) => name.endsWith('.crt')).map(read));
    const cert = sorted.find((name) => name.endsWith('.cert'));
    const key = cert?.replace(/\.cert$/, '.key');
    const lonely = cert === undefined && sorted.find((name) => name.endsWith('.key'));
    if (lonely) throw bad(lonely, 'has no certificate beside it');
    if (cert && key && !sorted.includes(key)) throw bad(cert, 'has no key beside it');
    return {
      ...(authorities.length > 0 && { ca: authorities.join('\n') }),
      ...(cert && key && { clientCertificate: await read(cert), clientKey: await read(key) }),
    };
  }
  return {};
}
