import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, findRegistry, packages, type RegistryProgram, titleOf } from './programs.ts';

const names = Object.keys(packages) as RegistryProgram[];

test('titles carry the pinned versions', () => {
  for (const name of names) expect(titleOf(name)).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`));
});

test('where none was built it is said what to do, or why the build failed', () => {
  const env = { XDG_CACHE_HOME: join(tmpdir(), 'no such folder') };
  for (const name of names) {
    expect(findRegistry(name, env)).toEqual({ why: `no ${name} was built yet: npm run registries` });
    expect(findRegistry(name, { ...env, REGISTRIES_WHY: 'no Go' })).toEqual({ why: 'no Go' });
  }
  expect(cacheFolder(env)).toMatch(/no such folder\/kmm-bastion\/registries\/[0-9a-f]{16}-/);
});
