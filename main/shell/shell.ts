import type { Handlers, Input, Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';

type ShellCall = 'shell.pickFiles' | 'shell.saveAs' | 'shell.reveal';

/** What only a desktop can do. A host offers the calls it has; the others say that they are not to be had here. */
export type Shell = { [K in ShellCall]?: (input: Input<K>) => Promise<Output<K>> };

/** Answers shell.* through the host's shell. Fault: shell.unavailable. */
export function shellHandlers(shell: Shell): Pick<Handlers, ShellCall> {
  const missing = (what: string, remedy: string) => () => {
    throw fault('shell.unavailable', `This way of running the application cannot ${what}.`, remedy);
  };
  return {
    'shell.pickFiles': shell['shell.pickFiles'] ?? missing('show a file dialog', 'Type the path of the file instead.'),
    'shell.saveAs': shell['shell.saveAs'] ?? missing('show a file dialog', 'Give a path, or download the file.'),
    'shell.reveal': shell['shell.reveal'] ?? missing('open a folder', 'The path is shown: open it yourself.'),
  };
}
