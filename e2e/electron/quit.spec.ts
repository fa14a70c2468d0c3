import { expect, test } from '../fixtures.ts';

declare global {
  var asked: { message: string; buttons: string[] }[] | undefined;
}

test('closing while a delivery runs asks first, and does what the answer is', async ({ page, desktop }) => {
  test.setTimeout(240_000);
  const app = desktop?.app;
  if (!app) throw new Error('This spec needs the desktop.');
  await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();

  // KMM stands on the hub and on no spoke: the delivery waits for its canary, however quick the practice hub is.
  const call = (name: string, input: unknown) =>
    page.evaluate(
      async ([what, given]) => {
        const { bastion } = globalThis as unknown as { bastion: { call(n: string, i: unknown): Promise<unknown> } };
        return (await bastion.call(what as string, given)) as { ok: Record<string, unknown> };
      },
      [name, input] as const,
    );
  const hub = (await call('lab.start', { scenario: 'site-3', speed: 60 })).ok['hub'];
  const installed = async () => ((await call('install.status', { hub })).ok?.['hub'] as { state: string })?.state;
  await expect.poll(async () => (await call('hubs.get', { hub })).ok?.['phase'], { timeout: 60_000 }).toBe('live');
  await call('install.apply', { hub, where: 'hub' });
  await expect.poll(installed, { timeout: 60_000 }).toBe('installed');
  const { yaml } = (await call('modules.template', { hub })).ok;
  await expect
    .poll(async () => await call('modules.apply', { hub, yaml, way: 'staged' }), { timeout: 30_000 })
    .toHaveProperty('ok');

  await app.evaluate(({ dialog }) => {
    globalThis.asked = [];
    dialog.showMessageBox = ((_window: unknown, options: { message: string; buttons: string[] }) => {
      globalThis.asked?.push({ message: options.message, buttons: options.buttons });
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect
    .poll(() => app.evaluate(() => globalThis.asked))
    .toEqual([{ message: 'A delivery is still running.', buttons: ['Keep running', 'Quit'] }]);
  expect(await call('app.info', {})).toHaveProperty('ok');

  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
  });
  const gone = new Promise((resolve) => app.process().once('exit', resolve));
  await app.evaluate(({ app: electron }) => electron.quit());
  expect(await gone).toBe(0);
});
