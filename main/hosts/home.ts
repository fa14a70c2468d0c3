import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder of this application's data: the one asked for, $KMM_BASTION_HOME, or the platform's usual place. Practice has a
 * place of its own.
 */
export function homeFolder(
  asked: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  practice = false,
): string {
  const named = asked ?? env['KMM_BASTION_HOME'];
  if (named) return resolve(named);
  const name = practice ? 'kmm-bastion-practice' : 'kmm-bastion';
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  if (platform === 'win32') return join(env['APPDATA'] ?? homedir(), name);
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), name);
}

/** Folder of the built window (`npm run build`), from the sources as well as from the bundle. */
export function windowFolder(): string {
  const here = import.meta.dirname;
  return here.endsWith(join('out', 'main')) ? join(here, '../renderer') : join(here, '../../out/renderer');
}
