import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, describe, expect, test } from 'vitest';

// `npm test` packs before it tests and names the folder; without an Electron to pack there is none.
const dist = process.env['KMM_BASTION_PACKED'] ?? '';
const folder = join(dist, 'linux-unpacked');
const described = describe.skipIf(dist === '');
const unless = dist === '' ? ' (skipped: nothing was packed, there is no Electron here)' : '';

const files = (under: string) =>
  readdirSync(under, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

described(`the packed folder${unless}`, () => {
  const resources = join(folder, 'resources');

  test('holds the bundles, no sources, no tests, one SQLite', () => {
    const packed = listPackage(join(resources, 'app.asar'), { isPack: false });
    for (const wanted of [
      '/out/main/electron.js',
      '/out/main/lab.js',
      '/out/main/registry.js',
      '/out/main/connected.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
    ])
      expect(packed).toContain(wanted);
    expect(
      packed.filter((path) => /\.(tsx?|map|c|cc|h|gyp)$|\.test\.|\/(test|tests|e2e|bench|deps|src)\//.test(path)),
    ).toEqual([]);
    expect(packed.filter((path) => path.endsWith('.node'))).toEqual([
      '/node_modules/better-sqlite3/prebuilds/linux-x64.node',
    ]);
    expect([...new Set(packed.map((path) => path.split('/')[1]))].sort()).toEqual([
      'node_modules',
      'out',
      'package.json',
    ]);
    expect(packed.filter((path) => /^\/node_modules\/[^/]+$/.test(path))).toEqual([
      '/node_modules/better-sqlite3',
      '/node_modules/openpgp',
    ]);
  });

  test('what plain Node must read lies outside the archive', () => {
    for (const name of [
      ...['engine-process', 'lab', 'registry', 'connected'].map((program) => `out/main/${program}.js`),
      'node_modules/better-sqlite3/lib/index.js',
      'node_modules/openpgp/dist/node/openpgp.mjs',
    ])
      expect(existsSync(join(resources, 'app.asar.unpacked', name)), name).toBe(true);
  });

  test('its fuses are those of the checklist', async () => {
    const wire = await getCurrentFuseWire(join(folder, 'kmm-bastion'));
    const on = (fuse: FuseV1Options) => String.fromCharCode(Number(wire[fuse])) === '1';
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      browserSnapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      integrity: true,
      onlyAsar: true,
      browserSnapshot: false,
      fileProtocol: false,
    });
  });

  test('is less than 15 MB larger than Electron', () => {
    // Everything but ours is Electron's own; the two files of ours are the archive and what lies beside it.
    const ours = files(resources).reduce((sum, file) => sum + readFileSync(file).byteLength, 0);
    console.log(`our part of the package: ${(ours / 1e6).toFixed(1)} MB`);
    expect(ours).toBeLessThan(15e6);
  });
});

const wanted = [
  '/opt/kmm-bastion/kmm-bastion',
  '/opt/kmm-bastion/resources/app.asar',
  '/usr/bin/kmm-bastion',
  '/usr/share/applications/kmm-bastion.desktop',
  '/usr/share/mime/packages/kmm-bastion.xml',
  '/usr/share/icons/hicolor/256x256/apps/kmm-bastion.png',
];
const find = (ending: string) =>
  dist === ''
    ? undefined
    : readdirSync(dist)
        .map((name) => join(dist, name))
        .find((name) => name.endsWith(ending));
const deb = find('.deb');
const rpm = find('.rpm');
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

test.skipIf(!rpm || !has('rpm'))(
  `the rpm lists what it should${!rpm || !has('rpm') ? ' (skipped: no rpm here)' : ''}`,
  () => {
    const { stdout } = spawnSync('rpm', ['-qlp', rpm ?? ''], { encoding: 'utf8' });
    for (const path of wanted) expect(stdout.split('\n')).toContain(path);
  },
);

const why = !deb
  ? 'no deb was made'
  : process.getuid?.() !== 0
    ? 'not root'
    : !has('apt-get')
      ? 'no apt'
      : !has('xvfb-run')
        ? 'no xvfb'
        : '';
describe.skipIf(why !== '')(`the deb${why ? ` (skipped: ${why})` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'bastion-deb-'));
  const quiet = { encoding: 'utf8' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  afterAll(() => {
    spawnSync('dpkg', ['--purge', 'kmm-bastion'], quiet);
    rmSync(home, { recursive: true, force: true });
  });

  test('is installed, started from /usr/bin, and removed without a trace', async () => {
    const install = spawnSync(
      'apt-get',
      ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', 'install', '--no-install-recommends', deb ?? ''],
      quiet,
    );
    expect(install.status, install.stderr).toBe(0);
    for (const path of wanted) expect(existsSync(path), path).toBe(true);
    expect(readlinkSync('/usr/bin/kmm-bastion')).toBe('/opt/kmm-bastion/kmm-bastion');

    const child = spawn('xvfb-run', ['-a', '/usr/bin/kmm-bastion', '--no-sandbox', '--disable-gpu', '--home', home], {
      env: { ...process.env, ENGINE_NODE: process.execPath },
      stdio: 'ignore',
      detached: true,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await expect.poll(() => existsSync(join(home, 'bastion.db')), { timeout: 30_000 }).toBe(true);
    expect(child.exitCode).toBeNull();
    // Its own group: xvfb-run, the display and the application.
    process.kill(-Number(child.pid), 'SIGTERM');
    await ended;

    const removal = spawnSync('dpkg', ['--purge', 'kmm-bastion'], quiet);
    expect(removal.status, removal.stderr).toBe(0);
    for (const path of [...wanted, '/opt/kmm-bastion']) expect(existsSync(path), path).toBe(false);
  }, 180_000);
});
