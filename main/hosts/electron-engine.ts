import { type MessagePortMain, utilityProcess } from 'electron';
import { engineEnv } from './engine-env.ts';
import type { LaunchEngine } from './engine-port.ts';

/** The engine in Electron's utilityProcess. Only there can it be given a window's MessagePort. */
export function utilityEngine(entry: string): LaunchEngine {
  return (args) => {
    const child = utilityProcess.fork(entry, [...args], {
      serviceName: 'KMM Bastion engine',
      stdio: 'inherit',
      env: engineEnv(process.env),
    });
    let gone = false;
    const exited = new Promise<number>((resolve) =>
      child.once('exit', (code) => {
        gone = true;
        resolve(code);
      }),
    );
    return {
      post: (message, transfer = []) => child.postMessage(message, transfer as MessagePortMain[]),
      onMessage(listener) {
        child.on('message', listener);
        return () => child.off('message', listener);
      },
      pid: () => child.pid,
      exited,
      async stop() {
        if (gone) return;
        child.postMessage({ stop: true });
        const timer = setTimeout(() => child.kill(), 8000);
        await exited;
        clearTimeout(timer);
      },
    };
  };
}
