import { defineConfig } from '@playwright/test';
import type { HostOption } from './e2e/fixtures.ts';

/** Debian's Chromium, or another by CHROMIUM; --no-sandbox because build machines run as root. Nothing is downloaded. */
export default defineConfig<HostOption>({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  outputDir: 'test-results',
  // Scripted answers need the web host; the day and the mirror over the real engine run in both, the shell's own specs in Electron.
  projects: [
    { name: 'web', testIgnore: 'electron/**', use: { host: 'web' } },
    {
      name: 'electron',
      testMatch: ['day.spec.ts', 'mirror.spec.ts', 'mirror-keyboard.spec.ts', 'electron/*.spec.ts'],
      use: { host: 'electron' },
    },
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
});
