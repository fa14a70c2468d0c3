import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Step } from './stage.ts';

const fileOf = (name: string) => join(import.meta.dirname, 'recordings', `${name}.yaml`);

/** Steps of a scenario as kube-apiserver answered them; undefined when it was never recorded. */
export function recorded(name: string): Step[] | undefined {
  const file = fileOf(name);
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Step[]) : undefined;
}

/** Writes what a real server answered (`RECORD=1 vitest run lab/apiserver/behaviour/real.test.ts`). */
export function record(name: string, steps: readonly Step[]): void {
  mkdirSync(join(import.meta.dirname, 'recordings'), { recursive: true });
  const head = '# Written by a real kube-apiserver through real.test.ts (RECORD=1); not by hand.\n';
  writeFileSync(fileOf(name), head + stringify(steps, { lineWidth: 0, aliasDuplicateObjects: false }));
}
