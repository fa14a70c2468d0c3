import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Folder of the built window. */
export const windowRoot = process.env.KMM_BASTION_WINDOW ?? join(root, 'out/renderer');

/** Newest change under a folder, ms. */
function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/** Builds the window when its sources are newer than what was built: the tests must not look at yesterday's. */
export function buildWindow(): void {
  const built = join(windowRoot, 'index.html');
  const sources = Math.max(newest(join(root, 'renderer')), newest(join(root, 'shared')));
  if (existsSync(built) && statSync(built).mtimeMs > sources) return;
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      join(root, 'renderer'),
      '--outDir',
      windowRoot,
      '--emptyOutDir',
      '--base',
      './',
      '--logLevel',
      'error',
    ],
    { cwd: root, stdio: 'inherit' },
  );
}
