import { utilityProcess } from 'electron';
import { firstLine } from './lab-process.ts';

/**
 * The practice hub in a process of Electron's own, on behalf of the engine: a packaged Electron can't be used as Node (fuse
 * RunAsNode), and the engine's process can't start others of Electron's. The calls are `lab.*` of shell-lab.ts.
 */
export function electronLabs(entry: string) {
  const labs = new Map<number, { line: Promise<string>; exited: Promise<number>; stop(): void }>();
  let last = 0;
  return {
    calls: {
      'lab.launch'({ args }: { args: string[] }): { id: number } {
        const id = ++last;
        const child = utilityProcess.fork(entry, args, { serviceName: 'KMM Bastion practice hub', stdio: 'pipe' });
        const exited = new Promise<number>((resolve) => child.once('exit', resolve));
        const { stdout, stderr } = child;
        if (!stdout || !stderr) throw new Error('The practice hub has no output.');
        const line = firstLine(stdout, stderr, exited);
        line.catch(() => {});
        labs.set(id, {
          exited,
          line,
          stop() {
            child.postMessage('stop');
            const timer = setTimeout(() => child.kill(), 5000);
            void exited.then(() => clearTimeout(timer));
          },
        });
        return { id };
      },
      async 'lab.line'({ id }: { id: number }): Promise<string> {
        return (await labs.get(id)?.line) ?? '';
      },
      async 'lab.ended'({ id }: { id: number }): Promise<number> {
        const code = (await labs.get(id)?.exited) ?? 0;
        labs.delete(id);
        return code;
      },
      'lab.stop'({ id }: { id: number }): void {
        labs.get(id)?.stop();
      },
    },
    /** An engine that ended leaves no lab behind. */
    stopAll() {
      for (const lab of labs.values()) lab.stop();
    },
  };
}
