import { mkdirSync } from 'node:fs';
import { fault } from '../../shared/fault.ts';
import type { RegistryLauncher, RunningConnected, RunningRegistry } from '../practice/registry-launcher.ts';
import { type LaunchProgram, nodePrograms, type ProgramRun } from './program.ts';

/** Registries as children of a Node ≥ 24 (`execPath`). */
export const registryProcess = (options: { execPath: string; env?: NodeJS.ProcessEnv }): RegistryLauncher =>
  registryLauncher(nodePrograms(options));

/** What the mirror needs, over any way to start programs. */
export function registryLauncher(launch: LaunchProgram): RegistryLauncher {
  return {
    async serve({ place, listen, port, tls, login }) {
      if ('folder' in place) mkdirSync(place.folder, { recursive: true, mode: 0o700 });
      const run = launch(
        'registry',
        [
          ...('store' in place ? ['--store', place.store, '--read-only'] : ['--dir', place.folder]),
          ...['--listen', listen, '--port', String(port)],
          ...(tls === undefined ? [] : ['--tls', tls]),
          ...(login ? ['--user', login.user] : []),
        ],
        login ? { REGISTRY_PASSWORD: login.password } : {},
      );
      const { address, port: bound, tls: secured, ca, repositories } = await ready<RunningRegistry>(run, 'registry');
      return { address, port: bound, tls: secured, ca, repositories, ...endOf(run) };
    },
    async connected({ dir, seed }) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const run = launch('connected', ['--dir', dir, '--seed', String(seed)]);
      const { registry, graph, signatures, key, imageSet, images } = await ready<RunningConnected>(run, 'connected');
      return { registry, graph, signatures, key, imageSet, images, ...endOf(run) };
    },
  };
}

/** Its first line, when it says that it is ready. */
async function ready<T>(run: ProgramRun, name: 'registry' | 'connected'): Promise<T> {
  const line = JSON.parse(await run.line) as T & { ready?: boolean; error?: string };
  if (line.ready) return line;
  const title = name === 'registry' ? 'The registry' : 'The practice registry';
  throw fault(
    `${name}.notStarted`,
    `${title} did not start: ${line.error ?? 'it gave no address'}.`,
    'Choose another port, address or folder and try again.',
  );
}

const endOf = (run: ProgramRun) => ({
  exited: run.exited,
  stop() {
    run.stop();
    return run.exited;
  },
});
