import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { toolCache } from '../tool-cache.ts';

const module = import.meta.dirname;
const path = 'github.com/opencontainers/distribution-spec/conformance';

/**
 * The conformance suite at the version that go.mod pins, built once by the Go toolchain into the cache (about 12 s, 1 MB of modules);
 * else why there is none.
 */
export function conformanceSuite(): { program: string } | { why: string } {
  const version = new RegExp(`${path} (v\\S+)`).exec(readFileSync(join(module, 'go.mod'), 'utf8'))?.[1] ?? '';
  const program = join(toolCache(), `registry-conformance-${version}-${process.platform}-${process.arch}`);
  if (existsSync(program)) return { program };
  mkdirSync(toolCache(), { recursive: true });
  // Under another name until it is whole: two runs may build at once.
  const fresh = `${program}.${process.pid}`;
  const { status, error, stderr } = spawnSync('go', ['build', '-trimpath', '-o', fresh, path], {
    cwd: module,
    encoding: 'utf8',
    timeout: 150_000,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
  });
  if (error) return { why: `no Go to build the suite (${error.message})` };
  if (status !== 0) return { why: `the suite can't be built: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  renameSync(fresh, program);
  return { program };
}
