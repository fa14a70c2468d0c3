import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder outside the checkout for what is obtained once: $XDG_CACHE_HOME/kmm-bastion, else ~/.cache/kmm-bastion. */
export const toolCache = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kmm-bastion');
