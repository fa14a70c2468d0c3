import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { whyNoElectron } from '../e2e/electron/launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'no-display-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('specs of the desktop are skipped by name where there is no Electron, and where there is no display', () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
  vi.stubEnv('KMM_BASTION_APP', undefined);
  vi.stubEnv('DISPLAY', ':99');
  expect(whyNoElectron()).toContain('no Electron on this machine');
  const binary = { win32: 'electron.exe', darwin: 'Electron.app' }[process.platform as string] ?? 'electron';
  writeFileSync(join(folder, binary), '');
  vi.stubEnv('DISPLAY', '');
  if (process.platform === 'linux') expect(whyNoElectron()).toBe('no display on this machine: install xvfb and xauth');
});
