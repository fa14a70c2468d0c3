import { type ChildProcess, spawn } from 'node:child_process';

/** A program that waits, loaded, for one order, and is killed at a moment of our choosing. */
export interface Victim {
  /** Gives the order and kills it after `ms`. Gives how long it took (ms) when it had finished before, else undefined. Rejects when it failed by itself. */
  run(order: unknown, ms: number): Promise<number | undefined>;
  end(): void;
}

/** Starts a TypeScript program that prints `ready`, then reads one JSON line. `cache` is a folder for compiled code: starts take a third of the time. */
export async function startVictim(program: string, cache: string): Promise<Victim> {
  const child: ChildProcess = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
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
      const begun = performance.now();
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      const { code, signal } = await gone;
      clearTimeout(timer);
      if (signal === 'SIGKILL') return undefined;
      if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
      return performance.now() - begun;
    },
    end: () => void child.kill('SIGKILL'),
  };
}
