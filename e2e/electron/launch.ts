import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { electronBinary, electronFolder, electronVersion } from '../../build/electron-binary.ts';

const root = join(import.meta.dirname, '../..');

/** A packaged application's executable to run the specs on, instead of the sources' bundles. */
const packaged = process.env.KMM_BASTION_APP;

/** Why the desktop can't be tested here, or undefined when it can. */
export function whyNoElectron(): string | undefined {
  if (!packaged && !electronBinary()) return 'no Electron on this machine: set ELECTRON_OVERRIDE_DIST_PATH';
  if (process.platform === 'linux' && !process.env.DISPLAY) return 'no display on this machine: install xvfb and xauth';
  if (!packaged && !existsSync(join(root, 'out/main/electron.js'))) return 'not built: npm run build';
  return undefined;
}

/** Executable and first arguments that start the application, as root and without a graphics card too. */
export function command(home: string, more: readonly string[] = []): { executablePath: string; args: string[] } {
  const unsafe = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return {
    executablePath: packaged ?? electronBinary() ?? '',
    args: [...unsafe, '--disable-gpu', ...(packaged ? [] : [root]), '--home', home, ...more],
  };
}

/** An Electron whose Node is older than 24 can't load SQLite: then the engine runs in the project's own Node. */
export function environment(): Record<string, string> {
  const dist = packaged ? join(packaged, '..') : (electronFolder() ?? '');
  const version = existsSync(join(dist, 'version')) ? electronVersion(dist) : process.env.KMM_BASTION_ELECTRON;
  const old = Number((version ?? '33').split('.')[0]) < 40;
  const env: NodeJS.ProcessEnv = { ...process.env, ...(old && { ENGINE_NODE: process.execPath }) };
  return env as Record<string, string>;
}

/**
 * Starts the application on a home. From the sources Playwright holds Electron's `ready` back until it has attached; a package
 * can't be held, and about one start in four the two miss each other (Electron 33): it is then started again.
 */
export async function launch(home: string, more: readonly string[] = []): Promise<ElectronApplication> {
  const { executablePath, args } = command(home, more);
  const env = environment();
  if (!packaged) return _electron.launch({ args, env, timeout: 30_000 });
  const begin = () => _electron.launch({ executablePath, args, env, timeout: 12_000 });
  return begin().catch(begin).catch(begin).catch(begin);
}

/** Ends it without its question; a window that asks would wait for ever. */
export async function quit(app: ElectronApplication): Promise<void> {
  await app
    .evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
    })
    .catch(() => {});
  await app.close().catch(() => {});
}

/** Process ids of the engine's children of plain Node that serve this home (Linux). */
export function enginePids(home: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.endsWith('engine-process.js')) && words.includes(home);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** A kubeconfig of a hub that nobody serves: enough to be read and shown. */
export function writeKubeconfig(file: string): void {
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'north',
      clusters: [{ name: 'hub-north', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'engineer', user: { token: 'none' } }],
      contexts: [{ name: 'north', context: { cluster: 'hub-north', user: 'engineer' } }],
    }),
  );
}
