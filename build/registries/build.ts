import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findRegistry, moduleFolder, packages, type RegistryProgram } from './programs.ts';

/** The oldest Go that compiles what is pinned. */
const oldestGo = 26;

/** Why this machine's Go can't build them; undefined when it can. */
function refusal(): string | undefined {
  const { status, stdout = '' } = spawnSync('go', ['env', 'GOVERSION'], {
    cwd: moduleFolder,
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  if (status !== 0) return `no registries built, and no Go to build them (1.${oldestGo} or newer)`;
  const minor = Number(/^go1\.(\d+)/.exec(stdout.trim())?.[1] ?? 0);
  return minor < oldestGo ? `no registries built, and ${stdout.trim()} is too old (1.${oldestGo})` : undefined;
}

/**
 * Builds the registries that the tests run against, unless they are there: about 240 s of processor time the first time, so two
 * minutes on two free cores (290 MB of modules, 340 MB of build cache), nothing later. What goes on is said by `say`; gives why one
 * is missing. Builds at most `limitMs`.
 */
export function ensureRegistries(say: (line: string) => void, limitMs = 600_000): { why?: string } {
  const missing = (Object.keys(packages) as RegistryProgram[]).filter((name) => !findRegistry(name).program);
  const why = missing.length > 0 ? refusal() : undefined;
  if (why) return { why };
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  const begun = performance.now();
  const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' };
  for (const name of missing) {
    say(`building ${name} (once for this machine) …`);
    // Under another name until it is whole: two runs may build at once.
    const fresh = join(folder, `${name}.${process.pid}`);
    const { status, stderr, signal } = spawnSync(
      'go',
      ['build', '-trimpath', '-ldflags', '-s -w', '-o', fresh, packages[name]],
      {
        ...{ cwd: moduleFolder, env, encoding: 'utf8', maxBuffer: 64 * 1_048_576 },
        timeout: Math.max(1, Math.round(limitMs - (performance.now() - begun))),
      },
    );
    if (status !== 0) {
      const last = stderr?.trim().split('\n').at(-1) ?? '';
      const how = signal ? `took longer than ${Math.round(limitMs / 60_000)} min` : 'failed';
      return { why: `the build of ${name} ${how}${last && `: ${last}`}` };
    }
    renameSync(fresh, join(folder, name));
  }
  if (missing.length > 0) say(`built ${missing.join(', ')} in ${Math.round((performance.now() - begun) / 1000)} s`);
  return {};
}
