import { spawn } from 'node:child_process';
import { fault } from '../../../shared/fault.ts';
import type { Credential } from '../registry/effects.ts';
import { dockerHubKey } from './auth-key.ts';

const notFound = /credentials not found|no credentials|could not be found in the keychain/i;

/**
 * Asks a credential helper (docker-credential-helpers: `docker-credential-NAME get`, the server on stdin, JSON on stdout).
 * Undefined when it knows none. Started without a shell and ended after `timeoutMs` (10 s).
 * Faults: credentials.helper with its last words, never with what it printed on stdout.
 */
export function askHelper(
  name: string,
  host: string,
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs = 10_000,
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  const bad = (why: string, remedy: string, cause?: unknown) =>
    fault('credentials.helper', `${program}, asked for the sign-in of ${host}, ${why}.`, remedy, {
      field: 'credHelpers',
      cause,
    });
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
    return Promise.reject(bad('has a name that no program has', 'Correct credHelpers or credsStore in the auth file.'));
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      env: { ...env },
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // A child of its own may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < 1_000_000) out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-500);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(host === 'docker.io' ? dockerHubKey : host);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const absent = error.code === 'ENOENT';
      reject(
        absent
          ? bad('is not on this computer', `Install ${program}, or take it out of the auth file.`, error)
          : bad(`can't be started (${error.code})`, 'Run it in a terminal to see why.', error),
      );
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (late)
        return reject(
          bad(`gave no answer in ${timeoutMs / 1000} s`, 'Run it in a terminal; it may wait for a password.'),
        );
      if (code !== 0) {
        // Helpers tell this on stdout.
        if (notFound.test(out + err)) return resolve(undefined);
        const last = err.trim().split('\n').at(-1) ?? '';
        return reject(bad(`failed (${code})${last && `: ${last}`}`, 'Run it in a terminal to see why.'));
      }
      try {
        const { Username: user, Secret: secret } = JSON.parse(out) as { Username?: string; Secret?: string };
        if (typeof secret !== 'string' || secret === '') return resolve(undefined);
        resolve(user === '<token>' ? { identityToken: secret } : { user: user ?? '', password: secret });
      } catch {
        reject(bad('printed no JSON', 'Bring it up to date.'));
      }
    });
  });
}
