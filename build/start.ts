import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm start`: the desktop application, or, where Electron's binary is neither installed nor to be had, the same window in a
 * browser. Electron 45 installs without its binary and fetches it on first use.
 */
const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules/electron');

/** The binary that `electron` would start, if it is there. */
function binary(): string | undefined {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const name =
    process.platform === 'win32'
      ? 'electron.exe'
      : process.platform === 'darwin'
        ? 'Electron.app/Contents/MacOS/Electron'
        : 'electron';
  if (override) return existsSync(join(override, name)) ? join(override, name) : undefined;
  const marker = join(folder, 'path.txt');
  const path = existsSync(marker)
    ? join(folder, 'dist', readFileSync(marker, 'utf8').trim())
    : join(folder, 'dist', name);
  return existsSync(path) ? path : undefined;
}

function fetched(): string | undefined {
  console.error('Electron is not installed yet: fetching it …');
  const install = join(folder, 'install.js');
  if (existsSync(install))
    spawnSync(process.execPath, [install], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  return binary();
}

const args = process.argv.slice(2);
const electron = binary() ?? fetched();
if (electron && (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])) {
  // Electron refuses its sandbox to root; a developer's container is the only place where this is done.
  const unsafe = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(electron, [...unsafe, root, ...args], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  console.error(
    electron
      ? 'There is no display here. The same window opens in a browser:'
      : 'Electron’s binary is neither installed nor can it be fetched here. The same window opens in a browser:',
  );
  const child = spawn(process.execPath, [join(root, 'main/hosts/cli.ts'), 'serve', ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
