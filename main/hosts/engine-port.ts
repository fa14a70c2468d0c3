import { fork } from 'node:child_process';
import type { Transport } from '../../shared/contract.ts';
import { engineEnv } from './engine-env.ts';
import { createCaller } from './wire.ts';

/** A running engine process, whichever way it was started. Messages are the frames of wire.ts. */
export interface EnginePort {
  post(message: unknown, transfer?: unknown[]): void;
  onMessage(listener: (message: unknown) => void): () => void;
  /** Process id, once it has started. */
  pid(): number | undefined;
  /** Exit code; a crash is a normal event for the caller. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/** Starts the engine's process. `args` are its command line: the home, the host, the version. */
export type LaunchEngine = (args: readonly string[]) => EnginePort;

/**
 * Node lets the nursery of new objects grow to 3 × 32 MB and never gives it back; what lives through a sync of 1,755 spokes is 20 MB.
 * (Electron's V8, which compresses pointers, keeps to 16 MB by itself; in a utilityProcess neither `execArgv` nor `--js-flags` changes
 * that, measured on Electron 33, so none is given there.)
 */
const heapFlags = ['--max-semi-space-size=4'];

/** The twin of Electron's utilityProcess: a child of a Node ≥ 24, for Electron runtimes whose own Node is older. */
export function childEngine(entry: string, execPath: string): LaunchEngine {
  return (args) => {
    const child = fork(entry, [...args], {
      execPath,
      execArgv: heapFlags,
      env: engineEnv(process.env),
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return {
      post(message) {
        if (child.connected) child.send(message as object);
      },
      onMessage(listener) {
        child.on('message', listener);
        return () => child.off('message', listener);
      },
      pid: () => child.pid,
      exited: new Promise((resolve) => {
        child.once('exit', (code) => resolve(code ?? 1));
        child.once('error', () => resolve(1));
      }),
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.disconnect();
        const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
        await gone;
        clearTimeout(timer);
      },
    };
  };
}

/** The contract over an engine port; calls that wait when the engine ends are rejected with engine.ended. */
export function overPort(port: EnginePort): Transport {
  const caller = createCaller((request) => port.post(request));
  port.onMessage((message) => caller.deliver(message));
  void port.exited.then((code) =>
    caller.fail({
      code: 'engine.ended',
      message: `The engine ended (code ${code}).`,
      remedy: 'It is started again; repeat the command then.',
    }),
  );
  return caller;
}
