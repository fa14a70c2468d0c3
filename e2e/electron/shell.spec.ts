import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { command, enginePids, environment, writeKubeconfig } from './launch.ts';

/** The practice hub with three spokes, at a quick pace. */
async function practice(page: Page): Promise<void> {
  await page.getByRole('button', { name: '60 times as fast' }).click();
  await page.locator('.kb-scenarios').getByText('3 spokes', { exact: true }).click();
  await expect(page.getByText('3 spokes', { exact: true })).toBeVisible({ timeout: 90_000 });
}

test('one window opens, the practice hub runs beside it and the fleet is painted', async ({ page, desktop }) => {
  test.setTimeout(180_000);
  await practice(page);
  await expect(page.locator('.kb-row')).toHaveCount(3);
  expect(desktop?.app.windows()).toHaveLength(1);
  expect(page.url()).toMatch(/^app:\/\/bastion\//);
  const kinds = await desktop?.app.evaluate(({ app }) => app.getAppMetrics().map(({ name }) => name));
  expect(kinds).toContain('KMM Bastion practice hub');
});

test('a second start focuses the first, and brings its kubeconfig along', async ({ page, desktop }) => {
  await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();
  const home = desktop?.home ?? '';
  await desktop?.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const file = join(home, 'north.kubeconfig');
  writeKubeconfig(file);
  const { executablePath, args } = command(home, [file]);
  const second = spawnSync(executablePath, args, { env: environment(), timeout: 60_000 });
  expect(second.status).toBe(0);
  const state = () =>
    desktop?.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => ({ minimized: window.isMinimized() })),
    );
  await expect.poll(state).toEqual([{ minimized: false }]);
  await expect(page.getByRole('textbox', { name: /Path, or several/ })).toHaveValue(file);
});

test('an answer of a file dialog reaches the engine', async ({ page, desktop }) => {
  const file = join(desktop?.home ?? '', 'chosen.kubeconfig');
  writeKubeconfig(file);
  await desktop?.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, file);
  await page.evaluate(() => {
    location.hash = '#/hubs/new';
  });
  await page.getByRole('button', { name: /Choose/ }).click();
  await expect(page.getByRole('textbox', { name: /Path, or several/ })).toHaveValue(file);
  await page.getByRole('button', { name: 'Read', exact: false }).first().click();
  await expect(page.getByText('north').first()).toBeVisible();
});

test('an engine that is killed is noticed and started again, and the page says so', async ({ page, desktop }) => {
  await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();
  const home = desktop?.home ?? '';
  const [pid = 0, ...more] = enginePids(home);
  test.skip(pid === 0, 'the engine runs inside Electron here, where this test cannot name its process');
  expect(more).toEqual([]);
  process.kill(pid, 'SIGKILL');
  await expect(page.getByText(/The engine ended unexpectedly/)).toBeVisible();
  await expect(page.getByText(/The engine ended unexpectedly/)).toBeHidden({ timeout: 30_000 });
  await expect.poll(() => enginePids(home).length).toBe(1);
  expect(enginePids(home)).not.toContain(pid);
  const info = await page.evaluate(() =>
    (globalThis as unknown as { bastion: { call(name: string, input: unknown): Promise<unknown> } }).bastion.call(
      'app.info',
      {},
    ),
  );
  expect(info).toMatchObject({ ok: { host: 'electron', home } });
});
