import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A place for one benchmark: a folder of its own, and processes that end with it. */
export interface Workbench {
  dir: string;
  say(line: string): void;
  /** Starts a TypeScript program of ours; what it prints is JSON, one value a line. */
  program(file: string, args: readonly string[]): Program;
}

export interface Program {
  pid: number;
  /** The next line; rejects when the program ends without one. */
  next(): Promise<Record<string, unknown>>;
  send(line: string): void;
  /** Ends it by closing its standard input; resolves when it has gone. */
  end(): Promise<void>;
}

export async function withWorkbench<T>(work: (workbench: Workbench) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-bench-'));
  const programs: Program[] = [];
  try {
    return await work({
      dir,
      say: (text) => process.stderr.write(`      ${text}\n`),
      program(file, args) {
        const started = program(
          spawn(process.execPath, [join(import.meta.dirname, file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
          file,
        );
        programs.push(started);
        return started;
      },
    });
  } finally {
    await Promise.all(programs.map((each) => each.end()));
    rmSync(dir, { recursive: true, force: true });
  }
}

function program(child: ChildProcess, file: string): Program {
  const waiting: { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void }[] = [];
  const lines: Record<string, unknown>[] = [];
  let ended = false;
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    const first = waiting.shift();
    if (first) first.resolve(value);
    else lines.push(value);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      ended = true;
      for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with code ${code}`));
      resolve();
    });
  });
  // A program that has ended already cannot be written to; its end is told by next().
  child.stdin?.on('error', () => {});
  return {
    pid: child.pid ?? 0,
    next() {
      const line = lines.shift();
      if (line) return Promise.resolve(line);
      if (ended) return Promise.reject(new Error(`${file} has ended`));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    send: (text) => void child.stdin?.write(`${text}\n`),
    async end() {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
      await gone;
      clearTimeout(timer);
    },
  };
}
