import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fault } from '../../../shared/fault.ts';
import type { Credential } from '../registry/effects.ts';

const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

const Shape = z.object({
  auths: z.record(z.string(), Entry.nullable()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

/** What podman's auth.json and docker's config.json say about registries. */
export interface AuthFile {
  path: string;
  auths: Readonly<Record<string, Entry | null>>;
  credHelpers: Readonly<Record<string, string>>;
  credsStore: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where podman and docker keep sign-ins, in the order they are asked (containers-auth.json(5)). */
export function authFilePaths(env: Env, home: string): string[] {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config, DOCKER_CONFIG: docker } = env;
  // A file named outright is the only one that counts, as podman has it.
  if (named) return [named];
  return [
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(config || join(home, '.config'), 'containers', 'auth.json'),
    join(docker || join(home, '.docker'), 'config.json'),
  ];
}

/** Reads an auth file; undefined when there is none. Faults: credentials.badFile (names the file, never its content). */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  const bad = (why: string, cause?: unknown) =>
    fault(
      'credentials.badFile',
      `${path} can't be used: ${why}.`,
      'Sign in again with podman login, or mend the file.',
      {
        field: path,
        cause,
      },
    );
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw bad(code === 'EACCES' ? 'we may not read it' : String(code), error);
  }
  let json: unknown;
  try {
    json = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw bad('it is no JSON');
  }
  const { success, data, error } = Shape.safeParse(json);
  if (!success) throw bad(`${error.issues[0]?.path.join('.') || 'it'}: ${error.issues[0]?.message}`);
  return { path, auths: data.auths ?? {}, credHelpers: data.credHelpers ?? {}, credsStore: data.credsStore ?? '' };
}

/** The sign-in an entry holds; undefined for an empty one (docker leaves those behind where a store has the secret). */
export function credentialOf({
  auth,
  username,
  password,
  identitytoken,
  registrytoken,
}: Entry): Credential | undefined {
  if (registrytoken) return { registryToken: registrytoken };
  if (identitytoken) return { identityToken: identitytoken };
  const plain = auth ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = plain.indexOf(':');
  if (colon > 0) return { user: plain.slice(0, colon), password: plain.slice(colon + 1).replace(/\0+$/, '') };
  return username ? { user: username, password: password ?? '' } : undefined;
}
