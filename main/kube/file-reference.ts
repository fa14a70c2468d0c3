import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fault } from '../../shared/fault.ts';
import type { Target } from './target.ts';

/** A file that a kubeconfig points to, with the field that does. */
export interface FileReference {
  field: string;
  path: string;
  /** True when it lies outside the kubeconfig's own folder, symbolic links followed. */
  outside: boolean;
}

/** What a field would be read from: the text itself, a file, or nothing. Inline data wins over a file, as in kubectl. */
export interface Material {
  field: string;
  data?: string;
  file?: string;
}

const cluster = (target: Target, field: string) => `clusters[${target.clusterName}].cluster.${field}`;
const user = (target: Target, field: string) => `users[${target.userName}].user.${field}`;

function absolute(path: string, dir: string | undefined, field: string): string {
  if (isAbsolute(path)) return path;
  if (dir !== undefined) return resolve(dir, path);
  throw fault(
    'kubeconfig.relativeFile',
    `${field}: "${path}" is a relative path, and a pasted kubeconfig has no folder that it could start at.`,
    'Write the full path, paste a kubeconfig with inline data (kubectl config view --raw --flatten), or choose the file.',
    { field },
  );
}

/** Where certificates, key and token of a context come from. Faults: kubeconfig.relativeFile. */
export function materialsOf(target: Target): { ca: Material; cert: Material; key: Material; token: Material } {
  const c = target.cluster;
  const u = target.user;
  const pick = (field: string, data: string | null | undefined, file: string | null | undefined, dir?: string) => {
    if (data) return { field: `${field}-data`, data };
    return file ? { field, file: absolute(file, dir, field) } : { field };
  };
  const field = 'certificate-authority';
  return {
    ca: pick(cluster(target, field), c.value['certificate-authority-data'], c.value['certificate-authority'], c.dir),
    cert: pick(
      user(target, 'client-certificate'),
      u.value['client-certificate-data'],
      u.value['client-certificate'],
      u.dir,
    ),
    key: pick(user(target, 'client-key'), u.value['client-key-data'], u.value['client-key'], u.dir),
    token: pick(user(target, 'tokenFile'), undefined, u.value.tokenFile, u.dir),
  };
}

async function isInside(path: string, dir: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  const home = await realpath(dir).catch(() => dir);
  const way = relative(home, real);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Every file that a connection of this context would read. Faults: kubeconfig.relativeFile. */
export async function filesOf(target: Target): Promise<FileReference[]> {
  const { ca, cert, key, token } = materialsOf(target);
  const dirs: [Material, string | undefined][] = [
    [ca, target.cluster.dir],
    [cert, target.user.dir],
    [key, target.user.dir],
    [token, target.user.dir],
  ];
  const idpCa = target.user.value['auth-provider']?.config?.['idp-certificate-authority'];
  if (idpCa) {
    const field = user(target, 'auth-provider.config.idp-certificate-authority');
    dirs.push([{ field, file: absolute(idpCa, target.user.dir, field) }, target.user.dir]);
  }
  const files: FileReference[] = [];
  for (const [{ field, file }, dir] of dirs) {
    if (!file) continue;
    files.push({ field, path: file, outside: dir === undefined || !(await isInside(file, dir)) });
  }
  return files;
}
