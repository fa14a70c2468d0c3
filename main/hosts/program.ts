import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fault } from '../../shared/fault.ts';

/** Programs of ours that run beside the application, with their sources and what a person calls them. */
const programs = {
  lab: { source: '../../lab/main.ts', title: 'The practice hub' },
  registry: { source: '../../lab/registry/main.ts', title: 'The registry' },
  connected: { source: '../../lab/registry/connected.ts', title: 'The practice registry' },
} as const;
export type ProgramName = keyof typeof programs;

/** A program that was started, whichever way: a child of Node, or a process of Electron that the shell holds. */
export interface ProgramRun {
  /** The first line it prints (JSON). Fault: <name>.notStarted with its last words, when it ends without one. */
  line: Promise<string>;
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<void>;
  /** Asks it to end; after five seconds it is killed. */
  stop(): void;
}

/** Starts a program. `env` is added to its environment: secrets go there, for others can read a command line. */
export type LaunchProgram = (name: ProgramName, args: string[], env?: Record<string, string>) => ProgramRun;

/** What the system's list of processes calls it: `KMM Bastion practice hub`. */
export const processTitle = (name: ProgramName): string => programs[name].title.replace(/^The/, 'KMM Bastion');

export const isProgram = (name: string): name is ProgramName => Object.hasOwn(programs, name);

/** The built program beside the running bundle, or its source. In a package it lies outside the archive, for plain Node. */
function programEntry(name: ProgramName): string {
  const built = join(import.meta.dirname, `${name}.js`);
  return existsSync(built) ? built : join(import.meta.dirname, programs[name].source);
}

/** Programs as children of a Node ≥ 24 (`execPath`). */
export function nodePrograms(options: { execPath: string; env?: NodeJS.ProcessEnv }): LaunchProgram {
  return (name, args, env = {}) => {
    const child = spawn(options.execPath, [programEntry(name), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...(options.env ?? process.env), ...env },
    });
    const exited = new Promise<number>((resolve) => {
      child.once('exit', (code) => resolve(code ?? 1));
      child.once('error', () => resolve(1));
    });
    return {
      line: firstLine(name, child.stdout, child.stderr, exited),
      exited: exited.then(() => {}),
      stop() {
        // Our programs end when their standard input does, also when this process is killed.
        child.stdin.end();
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        void exited.then(() => clearTimeout(timer));
      },
    };
  };
}

/** The first line of `out`; when the process ends without one, its last words on `err` become a <name>.notStarted. */
export function firstLine(
  name: ProgramName,
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
      const { title, source } = programs[name];
      reject(
        fault(
          `${name}.notStarted`,
          `${title} ended with code ${code}: ${last}`,
          `Try again; if it stays, start \`node ${source.replace('../../', '')}\` by hand.`,
        ),
      );
    };
    // A process may be gone before its last line was read from the pipe.
    void exited.then((code) => setTimeout(ended, 200, code));
  });
}
