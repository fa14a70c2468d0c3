import type { LaunchProgram } from './program.ts';

/** The calls of a shell that starts programs for the engine. */
export const programCalls = ['program.launch', 'program.line', 'program.ended', 'program.stop'] as const;

/** Programs through the shell: the engine asks, the shell holds the process. `call` carries one of `programCalls` to it. */
export function shellPrograms(call: (name: string, input: unknown) => Promise<unknown>): LaunchProgram {
  return (name, args, env = {}) => {
    const id = call('program.launch', { name, args, env }).then((answer) => (answer as { id: number }).id);
    const ask = async (what: (typeof programCalls)[number]) => call(what, { id: await id });
    const exited = ask('program.ended').then(
      () => {},
      () => {},
    );
    return {
      line: ask('program.line') as Promise<string>,
      exited,
      stop: () => void ask('program.stop').catch(() => {}),
    };
  };
}
