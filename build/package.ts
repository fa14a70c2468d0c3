import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import type { AfterPackContext, Configuration } from 'electron-builder';
import { electronVersion } from './electron-binary.ts';

/**
 * What electron-builder packs: the bundles, the window and SQLite's one prebuild. `ELECTRON_DIST` names the distribution to pack
 * (build/dist.ts sets it); `KMM_BASTION_INSPECT` leaves the inspector's fuse on, without which Playwright can't drive a package.
 */
const name = 'kmm-bastion';
const dist = process.env['ELECTRON_DIST'];
const inspect = process.env['KMM_BASTION_INSPECT'] === '1';

/** Executable inside a packed folder, by platform. */
const executables: Record<string, string> = { darwin: 'KMM Bastion.app', win32: `${name}.exe`, linux: name };

async function afterPack({ appOutDir, electronPlatformName }: AfterPackContext): Promise<void> {
  rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  // Electron 33's fuse wire has no WasmTrapHandlers; it came with a later Chromium.
  const wasm = dist === undefined || Number(electronVersion(dist).split('.')[0]) >= 40;
  await flipFuses(join(appOutDir, executables[electronPlatformName] ?? name), {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: inspect,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    ...(wasm && { [FuseV1Options.WasmTrapHandlers]: true }),
  });
}

const config: Configuration = {
  appId: 'org.example.kmmbastion',
  directories: { output: process.env['KMM_BASTION_DIST'] ?? 'dist', buildResources: 'build' },
  files: [
    'out/**',
    '!out/.built',
    'package.json',
    '!**/node_modules/better-sqlite3/{deps,src}',
    '!**/node_modules/better-sqlite3/{deps,src}/**',
    '!**/node_modules/better-sqlite3/prebuilds/*',
    '**/node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
    '!**/node_modules/better-sqlite3/binding.gyp',
    // Only for compiling it.
    '!**/node_modules/node-addon-api',
    '!**/node_modules/node-addon-api/**',
    // Of its builds only the one that Node imports.
    '!**/node_modules/openpgp/{lightweight,dist}',
    '!**/node_modules/openpgp/{lightweight,dist}/**',
    '**/node_modules/openpgp/dist/node/openpgp.mjs',
  ],
  // Other processes run these. An Electron for tests leaves the engine to plain Node, which can't read an archive.
  asarUnpack: [
    'out/main/{engine-process,lab,registry,connected}.js',
    'out/main/chunks/**',
    'node_modules/{better-sqlite3,openpgp}/**',
  ],
  npmRebuild: false,
  ...(dist !== undefined && { electronDist: dist, electronVersion: electronVersion(dist) }),
  afterPack,
  fileAssociations: [
    {
      ext: 'kubeconfig',
      name: 'kubeconfig',
      description: 'Access to a Kubernetes cluster',
      mimeType: 'application/vnd.kubernetes.kubeconfig',
    },
  ],
  linux: { executableName: name, category: 'Development', icon: 'build/icons', target: ['dir', 'AppImage'] },
  win: { executableName: name, icon: 'build/icons/256x256.png', target: ['nsis'] },
  mac: { category: 'public.app-category.developer-tools', icon: 'build/icons/512x512.png', target: ['dmg'] },
  publish: null,
};
export default config;
