import { utilityProcess } from 'electron';
import { firstLine, isProgram, processTitle } from './program.ts';

/**
 * Our programs in processes of Electron's own, on behalf of the engine: a packaged Electron can't be used as Node (fuse
 * RunAsNode), and the engine's process can't start others of Electron's. The calls are those of shell-program.ts; `entry` names the
 * built file of one of our programs, and nothing else can be started.
 */
export function electronPrograms(entry: (name: string) => string) {
  const programs = new Map<number, { line: Promise<string>; exited: Promise<number>; stop(): void }>();
  let last = 0;
  return {
    calls: {
      'program.launch'({ name, args, env }: { name: string; args: string[]; env: Record<string, string> }) {
        if (!isProgram(name)) throw new Error(`There is no program ${name}.`);
        const id = ++last;
        const child = utilityProcess.fork(entry(`${name}.js`), args, {
          serviceName: processTitle(name),
          stdio: 'pipe',
          env: { ...process.env, ...env },
        });
        const exited = new Promise<number>((resolve) => child.once('exit', resolve));
        const { stdout, stderr } = child;
        if (!stdout || !stderr) throw new Error(`The program ${name} has no output.`);
        const line = firstLine(name, stdout, stderr, exited);
        line.catch(() => {});
        programs.set(id, {
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
      async 'program.line'({ id }: { id: number }): Promise<string> {
        return (await programs.get(id)?.line) ?? '';
      },
      async 'program.ended'({ id }: { id: number }): Promise<number> {
        const code = (await programs.get(id)?.exited) ?? 0;
        programs.delete(id);
        return code;
      },
      'program.stop'({ id }: { id: number }): void {
        programs.get(id)?.stop();
      },
    },
    /** An engine that ended leaves no program behind. */
    stopAll() {
      for (const program of programs.values()) program.stop();
    },
  };
}
