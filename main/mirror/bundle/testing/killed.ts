import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Ended {
  /** False when it was killed before it came to its end. */
  finished: boolean;
  /** From its first word to its end, ms. */
  workMs: number;
}

/**
 * Runs a program of this folder and kills it (SIGKILL) `afterMs` after it said its first word; undefined = lets it end. Compiled code
 * is kept in `cache`, so that a hundred starts don't compile a hundred times.
 */
function runKilled(
  program: string,
  args: readonly string[],
  cache: string,
  afterMs: number | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    });
    let complaint = '';
    let begun = 0;
    let timer: NodeJS.Timeout | undefined;
    child.stderr.on('data', (bytes: Buffer) => {
      complaint += bytes.toString();
    });
    child.stdout.once('data', () => {
      begun = performance.now();
      if (afterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const workMs = performance.now() - begun;
      if (signal === 'SIGKILL') resolve({ finished: false, workMs });
      else if (code === 0) resolve({ finished: true, workMs });
      else reject(new Error(`${program} ended with code ${code}: ${complaint}`));
    });
  });
}

/** Kills this often over both directions; the other hundred is the pull's and push's. */
export const kills = { export: 50, import: 50 };

/** Runs a program again and again, killing it at random instants, until `times` were killed; `each` looks at every finished work. */
export async function killOften(options: {
  times: number;
  program: string;
  cache: string;
  /** Arguments for a new work, by its number. */
  args: (round: number) => readonly string[];
  each: (round: number) => Promise<void> | void;
}): Promise<{ rounds: number }> {
  const { times, program, cache, args, each } = options;
  const { workMs } = await runKilled(program, args(0), cache, undefined);
  await each(0);
  let round = 1;
  for (let killed = 0; killed < times; round += 1) {
    for (let finished = false; !finished; ) {
      // Half a work at most: so most attempts are killed, and each leaves the next one something to go on with.
      const afterMs = killed < times ? (Math.random() * workMs) / 2 : undefined;
      ({ finished } = await runKilled(program, args(round), cache, afterMs));
      if (!finished) killed += 1;
    }
    await each(round);
  }
  return { rounds: round };
}
