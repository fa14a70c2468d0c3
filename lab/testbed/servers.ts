import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolCache } from '../../build/tool-cache.ts';

/** Folder of the Go module that pins the servers. */
export const moduleFolder = join(import.meta.dirname, '../../build/kube-server');

export type ServerName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';

/** Where the test servers are, or the sentence why they are not. */
export type Servers = { folder: string; why?: never } | { folder?: never; why: string };

/**
 * Where a build is kept: outside the checkout, in a folder of its own for each set of
 * pinned modules, so a changed pin never finds an old build.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum']) hash.update(readFileSync(join(moduleFolder, name)));
  const key = `${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`;
  return join(toolCache(env), 'kube-server', key);
}

/**
 * Finds etcd and kube-apiserver: first where KUBEBUILDER_ASSETS points, then in the cache of an earlier build
 * (`npm run kube-server`, which `npm test` runs by itself). Builds nothing.
 */
export function findServers(env: NodeJS.ProcessEnv = process.env): Servers {
  const given = env['KUBEBUILDER_ASSETS'];
  const complete = (folder: string) => ['etcd', 'kube-apiserver'].every((name) => existsSync(join(folder, name)));
  if (given && complete(given)) return { folder: given };
  const cached = cacheFolder(env);
  if (existsSync(join(cached, '.complete')) && complete(cached)) return { folder: cached };
  const tried = given
    ? `KUBEBUILDER_ASSETS (${given}) holds no etcd and kube-apiserver`
    : 'KUBEBUILDER_ASSETS is not set';
  return { why: env['KUBE_SERVER_WHY'] || `${tried} and none was built yet: npm run kube-server` };
}

/** The path of one program of the found servers; undefined when there is none (KUBEBUILDER_ASSETS often lacks controllers). */
export function serverProgram(servers: Servers, name: ServerName): string | undefined {
  const path = servers.folder && join(servers.folder, name);
  return path && existsSync(path) ? path : undefined;
}
