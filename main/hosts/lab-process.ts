import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fault } from '../../shared/fault.ts';
import type { LabLauncher } from '../engine.ts';

/** A lab that was started, whichever way: a child of Node, or a process of Electron that the shell holds. */
export interface LabRun {
  /** The first line it prints (JSON). Fault: lab.notStarted with its last words, when it ends without one. */
  line: Promise<string>;
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<void>;
  /** Asks it to end; after five seconds it is killed. */
  stop(): void;
}

/** The built lab beside the running bundle, or the sources' own. In a package it lies outside the archive, for plain Node. */
export function labEntry(): string {
  const built = join(import.meta.dirname, 'lab.js');
  return existsSync(built) ? built : join(import.meta.dirname, '../../lab/main.ts');
}

/** The lab as a child of a Node ≥ 24 (`execPath`): the only place where the application knows of it. */
export function labProcess(options: { execPath: string; env?: NodeJS.ProcessEnv }): LabLauncher {
  return labLauncher((args) => {
    const lab = spawn(options.execPath, [labEntry(), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env ?? process.env,
    });
    const exited = new Promise<number>((resolve) => {
      lab.once('exit', (code) => resolve(code ?? 1));
      lab.once('error', () => resolve(1));
    });
    return {
      line: firstLine(lab.stdout, lab.stderr, exited),
      exited: exited.then(() => {}),
      stop() {
        // The lab ends when its standard input does, also when this process is killed.
        lab.stdin.end();
        const timer = setTimeout(() => lab.kill('SIGKILL'), 5000);
        void exited.then(() => clearTimeout(timer));
      },
    };
  });
}

/** What the practice room needs, over any way to start the lab with arguments. */
export function labLauncher(launch: (args: string[]) => LabRun): LabLauncher {
  return {
    async scenarios() {
      const lab = launch(['--list']);
      const line = await lab.line;
      lab.stop();
      return JSON.parse(line) as Awaited<ReturnType<LabLauncher['scenarios']>>;
    },
    async start({ scenario, seed, speed, broken, options: extra, dir }) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const lab = launch([
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

/** The first line of `out`; when the process ends without one, its last words on `err` become a lab.notStarted. */
export function firstLine(
  out: NodeJS.ReadableStream,
  err: NodeJS.ReadableStream,
  exited: Promise<number>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    err.on('data', (data) => {
      words = (words + String(data)).slice(-2000);
    });
    const lines = createInterface({ input: out });
    lines.once('line', resolve);
    const ended = (code: number) => {
      const last = words.trim().split('\n').slice(-3).join(' ');
      reject(
        fault(
          'lab.notStarted',
          `The practice hub ended with code ${code}: ${last}`,
          'Try again; if it stays, start `node lab/main.ts` by hand.',
        ),
      );
    };
    // A process may be gone before its last line was read from the pipe.
    void exited.then((code) => setTimeout(ended, 200, code));
  });
}
