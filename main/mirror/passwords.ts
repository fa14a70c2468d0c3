import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault } from '../../shared/fault.ts';

/**
 * Passwords of registries in a file of this user alone (mode 0600), in the form of podman's auth.json (containers-auth.json(5)),
 * so that the tools people know can read it. They never enter the database, an answer or a log.
 */
export interface Passwords {
  get(host: string): { user: string; password: string } | undefined;
  /** An empty password forgets the entry. Fault: mirror.passwordsUnwritable. */
  set(host: string, user: string, password: string): void;
}

interface AuthFile {
  auths?: Record<string, { auth?: string }>;
}

export function createPasswords(path: string): Passwords {
  const read = (): AuthFile => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as AuthFile;
    } catch {
      // Not there yet, or not ours to read: nothing is known.
      return {};
    }
  };
  return {
    get(host) {
      const auth = read().auths?.[host]?.auth;
      if (!auth) return undefined;
      const [user = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
      return { user, password: password.join(':') };
    },
    set(host, user, password) {
      const file = read();
      const auths = { ...file.auths };
      if (password === '') delete auths[host];
      else auths[host] = { auth: Buffer.from(`${user}:${password}`).toString('base64') };
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, `${JSON.stringify({ ...file, auths }, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        throw fault(
          'mirror.passwordsUnwritable',
          `The password could not be kept in ${path}: ${error instanceof Error ? error.message : String(error)}.`,
          'See that the home folder is writable, then save again.',
          { field: 'password', cause: error },
        );
      }
    },
  };
}
