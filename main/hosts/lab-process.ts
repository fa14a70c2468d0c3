import { mkdirSync } from 'node:fs';
import { fault } from '../../shared/fault.ts';
import type { LabLauncher } from '../engine.ts';
import { type LaunchProgram, nodePrograms } from './program.ts';

/** The lab as a child of a Node ≥ 24 (`execPath`). */
export const labProcess = (options: { execPath: string; env?: NodeJS.ProcessEnv }): LabLauncher =>
  labLauncher(nodePrograms(options));

/** What the practice room needs, over any way to start programs. */
export function labLauncher(launch: LaunchProgram): LabLauncher {
  return {
    async scenarios() {
      const lab = launch('lab', ['--list']);
      const line = await lab.line;
      lab.stop();
      return JSON.parse(line) as Awaited<ReturnType<LabLauncher['scenarios']>>;
    },
    async start({ scenario, seed, speed, broken, options: extra, dir }) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const lab = launch('lab', [
        ...['--scenario', scenario, '--seed', String(seed), '--speed', String(speed), '--dir', dir],
        ...(broken === undefined ? [] : ['--broken', String(broken)]),
        ...Object.entries(extra).flatMap(([key, value]) => ['--option', `${key}=${value}`]),
      ]);
      const ready = JSON.parse(await lab.line) as { kubeconfig?: string; server?: string; error?: string };
      if (!ready.kubeconfig || !ready.server) {
        throw fault(
          'lab.notStarted',
          `The practice hub did not start: ${ready.error ?? 'no address given'}.`,
          'Try again, or another scenario.',
        );
      }
      return {
        kubeconfig: ready.kubeconfig,
        server: ready.server,
        exited: lab.exited,
        stop() {
          lab.stop();
          return lab.exited;
        },
      };
    },
  };
}
