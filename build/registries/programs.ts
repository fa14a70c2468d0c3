import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolCache } from '../tool-cache.ts';

/** Folder of the Go module that pins the registries. */
export const moduleFolder = import.meta.dirname;

/** Registry programs that the tests of our client run against, and the packages they are built from. */
export const packages = {
  distribution: './distribution',
  olareg: 'github.com/olareg/olareg/cmd/olareg',
  'go-containerregistry': 'github.com/google/go-containerregistry/cmd/registry',
} as const;

export type RegistryProgram = keyof typeof packages;

const read = (name: string) => readFileSync(join(moduleFolder, name), 'utf8');

/** Where builds are kept: outside the checkout, another folder for each set of pinned modules. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'distribution/main.go']) hash.update(read(name));
  const key = `${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`;
  return join(toolCache(env), 'registries', key);
}

/** Name and pinned version, for titles of tests: `olareg 0.1.2`. */
export function titleOf(name: RegistryProgram): string {
  const version = new RegExp(`/${name}(?:/v\\d+)? v(\\S+)`).exec(read('go.mod'))?.[1] ?? '';
  return `${name} ${version}`;
}

/** The program of an earlier build, else why there is none. Builds nothing. */
export function findRegistry(
  name: RegistryProgram,
  env: NodeJS.ProcessEnv = process.env,
): { program: string; why?: never } | { program?: never; why: string } {
  const program = join(cacheFolder(env), name);
  if (existsSync(program)) return { program };
  return { why: env['REGISTRIES_WHY'] || `no ${name} was built yet: npm run registries` };
}
