import { type ChildProcess, spawn } from 'node:child_process';

/** A program that waits, loaded, for one order, and is killed at a moment of our choosing. */
export interface Victim {
  /** Gives the order and kills it after `ms`. True when it had finished before. Rejects when it failed by itself. */
  run(order: unknown, ms: number): Promise<boolean>;
  end(): void;
}

/** Starts a TypeScript program that prints `ready`, then reads one JSON line. */
export async function startVictim(program: string): Promise<Victim> {
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin?.on('error', () => {});
  const gone = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await Promise.race([
    new Promise((resolve) => child.stdout?.once('data', resolve)),
    gone.then(({ code }) => Promise.reject(new Error(`${program} ended with ${code}: ${said}`))),
  ]);
  return {
    async run(order, ms) {
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      const { code, signal } = await gone;
      clearTimeout(timer);
      if (signal === 'SIGKILL') return false;
      if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
      return true;
    },
    end: () => void child.kill('SIGKILL'),
  };
}
