import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { electronFolder, electronVersion, fetchElectron } from './electron-binary.ts';
import { testRuntime } from './electron-runtime.ts';
import { nfpm } from './nfpm.ts';

/**
 * `npm run dist`: the application's folder, and from it deb and rpm, in dist/. `--folder` makes the folder only; on a machine that
 * reaches GitHub `--full` makes AppImage (Linux), nsis (Windows) or dmg (macOS) instead. SIGNING_KEY names an OpenPGP key file.
 */
const root = join(import.meta.dirname, '..');
const out = process.env['KMM_BASTION_DIST'] ?? join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const say = (line: string) => console.error(line);

function must(program: string, args: string[], env: NodeJS.ProcessEnv): void {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error || status !== 0) {
    say(`${program} failed${error ? `: ${error.message}` : ''}.`);
    process.exit(1);
  }
}

/** Bytes of all files under a folder. */
function size(folder: string): number {
  const { stdout } = spawnSync('du', ['-sb', folder], { encoding: 'utf8' });
  return Number(stdout.split('\t')[0]);
}

async function main(): Promise<void> {
  const full = process.argv.includes('--full');
  const dist = electronFolder() ?? fetchElectron() ?? (full ? undefined : await testRuntime(say));
  if (!dist && !full) {
    say('Electron can’t be fetched here. Name a distribution by ELECTRON_OVERRIDE_DIST_PATH and try again.');
    process.exit(1);
  }
  if (dist && Number(electronVersion(dist).split('.')[0]) < 40)
    say(`Packing Electron ${electronVersion(dist)}: good for tests of the package, not for people.`);
  rmSync(out, { recursive: true, force: true });
  must('electron-builder', ['--config', 'build/package.ts', ...(full ? [] : ['--dir'])], {
    KMM_BASTION_DIST: out,
    ...(dist && { ELECTRON_DIST: dist }),
  });
  if (full || process.platform !== 'linux') return;
  const unpacked = join(out, 'linux-unpacked');
  if (dist) console.log(`size: ${mb(size(unpacked))} MB, of which Electron ${mb(size(dist))} MB`);
  if (process.argv.includes('--folder')) return;
  const tool = nfpm(say);
  if (!tool) {
    say('deb and rpm need nfpm, which the Go toolchain builds: install Go and try again.');
    process.exit(1);
  }
  const key = process.env['SIGNING_KEY'] ?? '';
  if (key !== '' && !existsSync(key)) {
    say(`SIGNING_KEY: there is no file ${key}.`);
    process.exit(1);
  }
  const env = { VERSION: version, UNPACKED: `${unpacked}/`, SIGNING_KEY: key };
  for (const packager of ['deb', 'rpm'])
    must(tool, ['package', '-f', 'build/nfpm.yaml', '-p', packager, '-t', out], env);
  for (const file of readdirSync(out).filter((name) => /\.(deb|rpm)$/.test(name))) console.log(join(out, file));
}
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);

await main();
