import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault } from '../../../shared/fault.ts';

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
      return Object(JSON.parse(readFileSync(path, 'utf8'))) as AuthFile;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  };
  return {
    get(host) {
      const auth = readable(read).auths?.[host]?.auth;
      if (!auth) return undefined;
      const [user = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':');
      return { user, password: password.join(':') };
    },
    set(host, user, password) {
      try {
        const file = whole(path, read);
        const auths = { ...file.auths };
        if (password === '') delete auths[host];
        else auths[host] = { auth: Buffer.from(`${user}:${password}`).toString('base64') };
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, `${JSON.stringify({ ...file, auths }, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        throw fault(
          'mirror.passwordsUnwritable',
          `The password could not be kept in ${path}: ${error instanceof Error ? error.message : String(error)}.`,
          'See that the file is whole (JSON) and its folder writable, then save again.',
          { field: 'password', cause: error },
        );
      }
    },
  };
}

/** What a file holds to which something is to be added. One that is broken is set aside: it holds passwords of other registries. */
function whole(path: string, read: () => AuthFile): AuthFile {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    renameSync(path, `${path}.broken`);
    return {};
  }
}

/** Nothing is known where the file can't be read: then registries ask for a sign-in. */
function readable(read: () => AuthFile): AuthFile {
  try {
    return read();
  } catch {
    return {};
  }
}
