import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { toolCache } from './tool-cache.ts';

const module = join(import.meta.dirname, 'nfpm');

/** nfpm at the version that build/nfpm/go.mod pins, built once by the Go toolchain into the cache; undefined without Go. */
export function nfpm(say: (sentence: string) => void): string | undefined {
  const version = /goreleaser\/nfpm\/v2 (v\S+)/.exec(readFileSync(join(module, 'go.mod'), 'utf8'))?.[1] ?? '';
  const tool = join(toolCache(), `nfpm-${version}`);
  if (existsSync(tool)) return tool;
  say(`Building nfpm ${version} (a minute or two the first time) …`);
  mkdirSync(toolCache(), { recursive: true });
  const fresh = `${tool}.${process.pid}`;
  const { status } = spawnSync('go', ['build', '-trimpath', '-o', fresh, 'github.com/goreleaser/nfpm/v2/cmd/nfpm'], {
    cwd: module,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  if (status !== 0) return undefined;
  renameSync(fresh, tool);
  return tool;
}
