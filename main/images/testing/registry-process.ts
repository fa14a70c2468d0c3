import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

/** A registry program that runs on a loopback port. */
export interface RegistryProcess {
  /** What it logged so far. */
  log(): string;
  /** Kills it and waits for its end. */
  stop(): Promise<void>;
}

/** A port that is free now. */
export const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Starts a program and waits until `port` answers, 10 s at most. It goes when this process ends. */
export async function startProcess(program: string, args: readonly string[], port: number): Promise<RegistryProcess> {
  // Distribution 3 would look for a collector of traces on this machine.
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-100_000);
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  // A test that fails before it stops the registry must not leave it behind.
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const stop = async () => {
    kill();
    await ended;
  };
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${text.slice(-500)}`);
    if (await answers(port)) return { log: () => text, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${program} does not answer: ${text.slice(-500)}`);
}
