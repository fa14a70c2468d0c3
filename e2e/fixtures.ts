import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, type ElectronApplication, expect, type Page } from '@playwright/test';
import { serveWeb } from '../main/hosts/web.ts';
import { launch, quit, whyNoElectron } from './electron/launch.ts';
import type { Script } from './scripted/transport.ts';
import { scriptedTransport } from './scripted/transport.ts';
import { buildWindow, windowRoot } from './window.ts';

const root = join(import.meta.dirname, '..');

/** The two ways in that show the window; a Playwright project chooses one. */
export interface HostOption {
  host: 'web' | 'electron';
}

interface Fixtures extends HostOption {
  /** The desktop application on a fresh home, where the host is electron. */
  desktop: { app: ElectronApplication; home: string } | undefined;
  /** The real application on a fresh home: engine and web host in a process of their own. Opens the window. */
  bastion: { url: string; home: string };
  /** Every console error, page error and policy violation; a test that leaves one fails. */
  errors: string[];
  /** Opens the window over scripted answers; returns the way to send it events, and to end the engine behind it. */
  scripted: (
    script: Script,
    path?: string,
  ) => Promise<{ emit(name: string, data: unknown): void; stop(): Promise<void> }>;
}

export const test = base.extend<Fixtures, { built: undefined }>({
  built: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture names from this pattern
    async ({}, use) => {
      buildWindow();
      await use(undefined);
    },
    { scope: 'worker', auto: true, timeout: 180_000 },
  ],
  errors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          errors.push(`${message.text()} ${message.location().url}`);
      });
      page.on('pageerror', (error) => errors.push(error.message));
      await use(errors);
      expect(errors, 'nothing went wrong in the console').toEqual([]);
    },
    { auto: true },
  ],
  host: ['web', { option: true }],
  desktop: async ({ host }, use) => {
    if (host === 'web') return use(undefined);
    const why = whyNoElectron();
    base.skip(why !== undefined, why ?? '');
    const home = mkdtempSync(join(tmpdir(), 'bastion-e2e-'));
    const app = await launch(home);
    await use({ app, home });
    await quit(app);
    rmSync(home, { recursive: true, force: true });
  },
  page: async ({ host, context, desktop }, use) => {
    await use(host === 'electron' && desktop ? await desktop.app.firstWindow() : await context.newPage());
  },
  bastion: async ({ page, desktop }, use, info) => {
    if (desktop) return use({ url: page.url(), home: desktop.home });
    const home = mkdtempSync(join(tmpdir(), 'bastion-e2e-'));
    const child = spawn(process.execPath, [join(root, 'main/hosts/cli.ts'), 'serve', '--json', '--home', home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
    });
    const ended = once(child, 'exit');
    const first = await Promise.race([once(child.stdout, 'data'), ended]);
    if (child.exitCode !== null) throw new Error(`The web host ended: ${said}`);
    const { url } = JSON.parse(String(first[0])) as { url: string };
    await page.goto(url);
    await use({ url, home });
    expect(child.exitCode, `the host runs to the end: ${said}`).toBeNull();
    await page.goto('about:blank');
    child.kill('SIGTERM');
    await ended;
    if (said !== '') await info.attach('stderr of the host', { body: said, contentType: 'text/plain' });
    rmSync(home, { recursive: true, force: true });
  },
  scripted: async ({ page }, use) => {
    const closers: (() => Promise<void>)[] = [];
    await use(async (script, path = '') => {
      const transport = scriptedTransport(script);
      const host = await serveWeb(transport, windowRoot);
      closers.push(() => host.close());
      await page.goto(host.url);
      if (path !== '') await page.goto(`http://127.0.0.1:${host.port}/${path}`);
      return { emit: transport.emit, stop: () => host.close() };
    });
    await page.goto('about:blank');
    for (const close of closers) await close();
  },
});

/** No violation of axe's rules on what is shown now; a page that is still being loaded has no heading. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeAttached();
  // In its other mode axe opens a second page for what is in frames: Electron can't, it takes a second each time, and the window has none.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  expect
    .soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`))
    .toEqual([]);
}

/** The text of the file that a click hands out; the desktop's save dialog is answered with a path. */
export async function downloaded(
  { page, desktop }: { page: Page; desktop: Fixtures['desktop'] },
  click: () => Promise<void>,
): Promise<string> {
  if (!desktop) {
    const [download] = await Promise.all([page.waitForEvent('download'), click()]);
    return readFileSync(await download.path(), 'utf8');
  }
  const path = join(desktop.home, 'downloaded');
  const saved = desktop.app.evaluate(
    ({ session }, file) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(file);
          item.once('done', (_done, state) => resolve(state));
        });
      }),
    path,
  );
  await click();
  expect(await saved).toBe('completed');
  return readFileSync(path, 'utf8');
}

export { expect };
