import type { LabLauncher } from '../engine.ts';
import { labLauncher } from './lab-process.ts';

/** The calls of a shell that starts labs for the engine. */
export const labCalls = ['lab.launch', 'lab.line', 'lab.ended', 'lab.stop'] as const;

/** The lab through the shell: the engine asks, the shell holds the process. `call` carries one of `labCalls` to it. */
export function shellLab(call: (name: string, input: unknown) => Promise<unknown>): LabLauncher {
  return labLauncher((args) => {
    const id = call('lab.launch', { args }).then((answer) => (answer as { id: number }).id);
    const ask = async (name: (typeof labCalls)[number]) => call(name, { id: await id });
    const exited = ask('lab.ended').then(
      () => {},
      () => {},
    );
    return {
      line: ask('lab.line') as Promise<string>,
      exited,
      stop: () => void ask('lab.stop').catch(() => {}),
    };
  });
}
