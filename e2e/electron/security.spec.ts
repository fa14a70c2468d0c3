import { expect, test } from '../fixtures.ts';

test.beforeEach(async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();
});

test('nothing but two functions of the preload is on the window', async ({ page }) => {
  const seen = await page.evaluate(() => {
    const { bastion } = globalThis as unknown as { bastion: Record<string, unknown> };
    const words = ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron', '__dirname'];
    return {
      bastion: Object.entries(bastion).map(([name, value]) => `${name}: ${typeof value}`),
      node: words.filter((word) => word in globalThis),
    };
  });
  expect(seen).toEqual({ bastion: ['call: function', 'listen: function'], node: [] });
});

test('the window’s options are those of the checklist', async ({ desktop }) => {
  const preferences = await desktop?.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  });
});

test('no way leads out of the page', async ({ page, desktop, errors }) => {
  const before = page.url();
  const ways = [
    'https://example.org/',
    'file:///etc/passwd',
    'app://other/',
    'http://app:bastion@example.org/',
    'data:text/html,x',
  ];
  for (const address of ways) {
    await page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.body.append(link);
      link.click();
      link.remove();
      return window.open(to) === null;
    }, address);
  }
  await page.waitForTimeout(500);
  // Chromium may say that it would not load one of them; that is the refusal, not a mistake of ours.
  errors.splice(0);
  // Asked in the main process: Playwright's page waits for the navigation that never comes.
  const seen = await desktop?.app.evaluate(({ webContents }) =>
    Promise.all(
      webContents
        .getAllWebContents()
        .map(async (contents) => [contents.getURL(), await contents.executeJavaScript('document.body.innerText')]),
    ),
  );
  expect(seen).toEqual([[before, expect.stringContaining('Welcome to KMM Bastion')]]);
});

test('no permission is given but writing to the clipboard', async ({ page, errors }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
    const found = await Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state)),
    );
    const notification = await Notification.requestPermission();
    const camera = await navigator.mediaDevices?.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'refused',
    );
    return { found: [...new Set(found)], notification, camera: camera ?? 'refused' };
  });
  expect(states.found).not.toContain('granted');
  expect(states.notification).toBe('denied');
  expect(states.camera).toBe('refused');
  errors.splice(0);
});

test('a page of the scheme comes with the policy, and only from its own folder', async ({ page, errors }) => {
  const seen = await page.evaluate(async () => {
    const of = (path: string) =>
      fetch(path).then(({ status, headers }) => [status, headers.get('content-security-policy')]);
    return {
      own: await of('/'),
      post: (await fetch('/', { method: 'POST' })).status,
      out: await of('/..%2f..%2fpackage.json'),
    };
  });
  expect(seen.own[0]).toBe(200);
  expect(String(seen.own[1])).toContain("default-src 'none'");
  expect(seen.post).toBe(403);
  expect(seen.out[0]).toBe(403);
  errors.splice(0);
});
