import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findServers, moduleFolder, type Servers } from '../../lab/testbed/servers.ts';

/** The oldest Go that compiles the pinned Kubernetes. */
const oldestGo = 26;
const packages = [
  ['etcd', 'go.etcd.io/etcd/server/v3'],
  ['kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver'],
  ['kubectl', 'k8s.io/kubernetes/cmd/kubectl'],
  ['kube-controller-manager', 'k8s.io/kubernetes/cmd/kube-controller-manager'],
] as const;

const go = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync('go', args, { cwd: moduleFolder, env: { ...env, GOTOOLCHAIN: 'local' }, encoding: 'utf8' });

/** Why this machine's Go can't build the servers; undefined when it can. */
function refusal(): string | undefined {
  const { status, stdout = '' } = go(['env', 'GOVERSION']);
  if (status !== 0) return `no etcd and kube-apiserver, and no Go to build them (1.${oldestGo} or newer)`;
  const minor = Number(/^go1\.(\d+)/.exec(stdout.trim())?.[1] ?? 0);
  if (minor < oldestGo)
    return `no etcd and kube-apiserver, and ${stdout.trim()} is too old to build them (1.${oldestGo})`;
  return undefined;
}

/** The version that the programs say they have, as a release build has it. */
function stamp(): string {
  const version = go(['list', '-m', '-f', '{{.Version}}', 'k8s.io/kubernetes']).stdout.trim();
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const at = '-X k8s.io/component-base/version.';
  return `${at}gitVersion=${version} ${at}gitMajor=${major} ${at}gitMinor=${minor} ${at}gitTreeState=clean`;
}

/**
 * Finds the test servers, else builds them from the pinned module into the cache: 4–5 min on two cores the first time
 * (about 750 MB of modules, 2.5 GB of build cache), seconds again. What goes on is said by `say`. Builds at most `limitMs`.
 */
export function ensureServers(say: (line: string) => void, limitMs = 720_000): Servers {
  const found = findServers();
  const folder = cacheFolder();
  const missing = packages.filter(([name]) => !existsSync(join(folder, name)));
  // What someone gave is taken as it is; a build of ours is completed.
  if (found.folder && (found.folder !== folder || missing.length === 0)) return found;
  const why = refusal();
  if (why) return found.folder ? found : { why };
  mkdirSync(folder, { recursive: true });
  const begun = performance.now();
  const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
  const flags = `-s -w ${stamp()}`;
  for (const [name, path] of missing) {
    const left = limitMs - (performance.now() - begun);
    say(`building ${name} (once for this machine) …`);
    // Under another name until it is whole: two runs may build at once.
    const fresh = join(folder, `${name}.${process.pid}`);
    const args = ['build', '-trimpath', '-ldflags', flags, '-o', fresh, path];
    const { status, stderr, signal } = spawnSync('go', args, {
      cwd: moduleFolder,
      env,
      encoding: 'utf8',
      timeout: Math.max(1, Math.round(left)),
      maxBuffer: 64 * 1_048_576,
    });
    if (status === 0) renameSync(fresh, join(folder, name));
    else {
      const last = stderr?.trim().split('\n').slice(-8).join('\n') ?? '';
      say(last);
      const reason = signal ? `took longer than ${Math.round(limitMs / 60_000)} min` : 'failed';
      return { why: `the build of ${name} ${reason}: ${last.split('\n').at(-1) ?? ''}` };
    }
  }
  writeFileSync(join(folder, '.complete'), `${flags}\n`);
  say(`built ${missing.map(([name]) => name).join(', ')} in ${Math.round((performance.now() - begun) / 1000)} s`);
  return { folder };
}
