import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fault } from '../../shared/fault.ts';
import type { LabLauncher } from '../engine.ts';

/**
 * The lab as a child process: the only place where the application knows of it. From the sources it is lab/main.ts, in a built
 * application lab.js beside the running bundle. `execPath` must be a Node ≥ 24 (in Electron: its own binary as Node).
 */
export function labProcess(options: { execPath: string; env?: NodeJS.ProcessEnv }): LabLauncher {
  const built = join(import.meta.dirname, 'lab.js');
  const entry = existsSync(built) ? built : join(import.meta.dirname, '../../lab/main.ts');
  const launch = (args: string[]) =>
    spawn(options.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: options.env ?? process.env });
  return {
    async scenarios() {
      const lab = launch(['--list']);
      const line = await firstLine(lab);
      lab.stdin?.end();
      return JSON.parse(line) as Awaited<ReturnType<LabLauncher['scenarios']>>;
    },
    async start({ scenario, seed, speed, broken, options: extra, dir }) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const lab = launch([
        ...['--scenario', scenario, '--seed', String(seed), '--speed', String(speed), '--dir', dir],
        ...(broken === undefined ? [] : ['--broken', String(broken)]),
        ...Object.entries(extra).flatMap(([key, value]) => ['--option', `${key}=${value}`]),
      ]);
      const exited = new Promise<void>((resolve) => lab.once('exit', () => resolve()));
      const ready = JSON.parse(await firstLine(lab)) as { kubeconfig?: string; server?: string; error?: string };
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
        exited,
        async stop() {
          // The lab ends when its standard input does, also when this process is killed.
          lab.stdin?.end();
          const timer = setTimeout(() => lab.kill('SIGKILL'), 5000);
          await exited;
          clearTimeout(timer);
        },
      };
    },
  };
}

/** The first line the lab prints; its last words on stderr become the fault when it ends without one. */
function firstLine(lab: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    lab.stderr?.on('data', (data) => {
      words = (words + String(data)).slice(-2000);
    });
    const lines = createInterface({ input: lab.stdout as NodeJS.ReadableStream });
    lines.once('line', resolve);
    lab.once('error', reject);
    lab.once('exit', (code) => {
      const last = words.trim().split('\n').slice(-3).join(' ');
      reject(
        fault(
          'lab.notStarted',
          `The practice hub ended with code ${code}: ${last}`,
          'Try again; if it stays, start `node lab/main.ts` by hand.',
        ),
      );
    });
  });
}
