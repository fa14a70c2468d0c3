import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, findServers, serverProgram } from './servers.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'servers-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function filled(folder: string, ...names: string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

test('servers come from KUBEBUILDER_ASSETS, else from the cache of a whole build, else the reason is said', () => {
  const env = { XDG_CACHE_HOME: home, HOME: home } as NodeJS.ProcessEnv;
  expect(findServers(env).why).toBe('KUBEBUILDER_ASSETS is not set and none was built yet: npm run kube-server');
  // A build that was cut short is none.
  const cache = filled(cacheFolder(env), 'etcd', 'kube-apiserver');
  expect(cache.startsWith(home)).toBe(true);
  expect(findServers(env).folder).toBeUndefined();
  filled(cache, '.complete', 'kubectl');
  expect(findServers(env)).toEqual({ folder: cache });
  const given = filled(join(home, 'given'), 'etcd');
  const asked = { ...env, KUBEBUILDER_ASSETS: given };
  expect(findServers(asked)).toEqual({ folder: cache });
  filled(given, 'kube-apiserver');
  expect(findServers(asked)).toEqual({ folder: given });
  expect(serverProgram(findServers(asked), 'etcd')).toBe(join(given, 'etcd'));
  expect(serverProgram(findServers(asked), 'kubectl')).toBeUndefined();
});

test('what KUBEBUILDER_ASSETS lacks and why no build could be made are in the sentence', () => {
  const env = { XDG_CACHE_HOME: home, HOME: home, KUBEBUILDER_ASSETS: home } as NodeJS.ProcessEnv;
  expect(findServers(env).why).toBe(
    `KUBEBUILDER_ASSETS (${home}) holds no etcd and kube-apiserver and none was built yet: npm run kube-server`,
  );
  expect(findServers({ ...env, KUBE_SERVER_WHY: 'there is no Go toolchain' }).why).toBe('there is no Go toolchain');
});
