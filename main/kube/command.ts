import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** A command as it would be run. `found` is false when no executable file is there (any more). */
export interface Command {
  path: string;
  found: boolean;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, process.platform === 'win32' ? constants.F_OK : constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of a command of a kubeconfig, without running it: a bare name is looked up in PATH, a relative
 * path starts at the kubeconfig's folder (client-go clientcmd/client_config.go). A bare name that is nowhere stays bare.
 */
export async function findCommand(command: string, dir: string | undefined, env: NodeJS.ProcessEnv): Promise<Command> {
  if (isAbsolute(command)) return { path: command, found: await isExecutable(command) };
  if (/[/\\]/.test(command)) {
    const path = dir === undefined ? command : resolve(dir, command);
    return { path, found: dir !== undefined && (await isExecutable(path)) };
  }
  const endings = process.platform === 'win32' ? ['.exe', '.com'] : [''];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    // A relative PATH entry would let the current folder choose the program.
    if (!isAbsolute(folder)) continue;
    for (const ending of endings) {
      const path = join(folder, command + ending);
      if (await isExecutable(path)) return { path, found: true };
    }
  }
  return { path: command, found: false };
}

/** Words as one would type them: each that has anything special in it is quoted. */
export const quoted = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
