// Runs every command of the README on a bare machine: needs only Node >= 20 and npm, and no package. It installs what the
// command needs (npm packages; as root on Debian also Debian packages), says what it does, then hands over to Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
// Compiled code is kept between runs, so that a command line starts in half the time.
const env = {
  // As main/hosts/engine-env.ts: a command line is an engine, too.
  UV_THREADPOOL_SIZE: '12',
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
};
const say = (line) => process.stderr.write(`[set-up] ${line}\n`);

/** Runs a program in the project's folder and ends with its code when it fails. */
function must(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    env,
    stdio: ['inherit', 'inherit', 'inherit'],
    ...options,
  });
  if (error) fail(`${program} can't be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** npm packages, once for each state of the lock file. */
function packages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.bastion-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(join(bin, 'node'))) return;
  say('Installing npm packages (about a minute the first time) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Output goes to stderr: a command's own result must stay alone on stdout.
  must(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: process.env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, lock);
}

/** Debian packages that are missing, where this is Debian and we are root; else says what will be skipped. */
function debian(wanted, why) {
  const missing = wanted.filter(({ file }) => !file.some((path) => existsSync(path)));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const apt = ['/usr/bin/apt-get', '/bin/apt-get'].some((path) => existsSync(path));
  if (!apt || process.getuid?.() !== 0)
    return say(`Not here: ${names.join(', ')} (${why}); what needs them is skipped.`);
  say(`Installing Debian packages: ${names.join(', ')} (${why}) …`);
  const quiet = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const get = (...args) => spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=600', ...args], quiet).status;
  if (get('update') !== 0) say('apt-get update failed; trying with the lists that are here.');
  if (get('install', '-y', '--no-install-recommends', ...names) !== 0)
    say('Some Debian packages could not be installed; what needs them is skipped.');
}

const browser = { name: 'chromium', file: ['/usr/bin/chromium'] };
const desktop = [
  { name: 'xvfb', file: ['/usr/bin/xvfb-run'] },
  { name: 'xauth', file: ['/usr/bin/xauth'] },
  { name: 'unzip', file: ['/usr/bin/unzip'] },
  { name: 'rpm', file: ['/usr/bin/rpm'] },
];
const images = [
  { name: 'docker-registry', file: ['/usr/bin/docker-registry'] },
  { name: 'apache2-utils', file: ['/usr/bin/htpasswd'] },
  { name: 'skopeo', file: ['/usr/bin/skopeo'] },
  { name: 'umoci', file: ['/usr/bin/umoci'] },
  { name: 'buildah', file: ['/usr/bin/buildah'] },
  { name: 'mtools', file: ['/usr/bin/mcopy'] },
];
const kubectl = { name: 'kubernetes-client', file: ['/usr/bin/kubectl', '/usr/local/bin/kubectl'] };

/** The built window and bundles, when a source is newer than they are. */
function built() {
  const newest = Math.max(
    ...['main', 'renderer', 'shared', 'lab'].map((folder) => newestIn(join(root, folder))),
    mtime('package-lock.json'),
    mtime('electron.config.ts'),
  );
  const stamp = join(root, 'out', '.built');
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  say('Building the window …');
  must('electron-vite', ['build', '--config', 'electron.config.ts', '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] });
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(stamp, '');
}
const mtime = (file) => statSync(join(root, file)).mtimeMs;
function newestIn(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  }
  return newest;
}

/** Hands over to Node 24; its exit code becomes ours, and our signals its own. */
function hand(script, args) {
  const child = spawn(join(bin, 'node'), [script, ...args], { cwd: process.cwd(), env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}

const [command = 'help', ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
packages();
const cli = join(root, 'main/hosts/cli.ts');
switch (command) {
  case 'demo':
    if (args.includes('--keep')) built();
    hand(cli, ['demo', ...args]);
    break;
  case 'serve':
    built();
    hand(cli, ['serve', ...args]);
    break;
  case 'cli':
    hand(cli, args);
    break;
  case 'start':
    built();
    hand(join(root, 'build/start.ts'), args);
    break;
  case 'check':
    hand(join(root, 'build/check.ts'), args);
    break;
  case 'dist':
    built();
    hand(join(root, 'build/dist.ts'), args);
    break;
  case 'bench':
    debian([browser, kubectl, ...images], 'for the comparisons');
    built();
    hand(join(root, 'bench/main.ts'), args);
    break;
  case 'test':
    debian(
      [browser, kubectl, ...desktop, ...images],
      'browser, client, display, package and registry tools for the tests',
    );
    built();
    hand(join(root, 'build/test.ts'), args);
    break;
  default:
    fail(
      `There is no command ${command}. Try: npm start, npm run demo, npm test, npm run check, npm run serve, npm run dist, npm run cli -- help.`,
    );
}
