import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { electronBinary, fetchElectron } from './electron-binary.ts';

/**
 * `npm start`: the desktop application, or, where Electron's binary is neither installed nor to be had, the same window in a
 * browser. Electron 45 installs without its binary and fetches it on first use.
 */
const root = join(import.meta.dirname, '..');

function fetched(): string | undefined {
  console.error('Electron is not installed yet: fetching it …');
  fetchElectron();
  return electronBinary();
}

const args = process.argv.slice(2);
const electron = electronBinary() ?? fetched();
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
