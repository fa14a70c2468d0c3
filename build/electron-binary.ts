import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../node_modules/electron');
const name =
  process.platform === 'win32'
    ? 'electron.exe'
    : process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : 'electron';

/** The folder of Electron's distribution that is here: ELECTRON_OVERRIDE_DIST_PATH, else what the electron package fetched. */
export function electronFolder(): string | undefined {
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist');
  return existsSync(join(dist, name)) ? dist : undefined;
}

/** Electron's executable in that folder. */
export function electronBinary(): string | undefined {
  const dist = electronFolder();
  return dist && join(dist, name);
}

/** Version of a distribution, as its file `version` says: `45.4.1`. */
export const electronVersion = (dist: string): string =>
  readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');

/** Lets the electron package fetch its distribution (two minutes at most); whether it is here then. */
export function fetchElectron(): string | undefined {
  const install = join(folder, 'install.js');
  if (existsSync(install))
    spawnSync(process.execPath, [install], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  return electronFolder();
}
