import { expect, expectAccessible, test } from './fixtures.ts';
import { fullScript } from './scripted/script.ts';

const pages: readonly (readonly [string, string, string])[] = [
  ['welcome', '#/welcome', 'Try the practice hub'],
  ['fleet', '#/hub/practice/fleet', 'sno-00001'],
  ['spoke', '#/hub/practice/fleet?spoke=sno-00002', 'The API answers'],
  ['works', '#/hub/practice/fleet?spoke=sno-00002&tab=works', 'availableNumber'],
  ['timeline', '#/hub/practice/fleet?spoke=sno-00002&tab=timeline', 'The lease ran out'],
  ['labels', '#/hub/practice/fleet?spoke=sno-00002&tab=labels', 'vendor'],
  ['yaml', '#/hub/practice/fleet?spoke=sno-00002&tab=yaml', 'hubAcceptsClient'],
  ['hubs', '#/hubs', 'hub-north'],
  ['add a hub', '#/hubs/new', 'Path, or several'],
  ['hub', '#/hub/practice', 'What is watched'],
  ['kmm', '#/hub/practice/kmm', 'KMM on the spokes'],
  ['access', '#/hub/practice/access', 'create policies'],
  ['modules', '#/hub/practice/modules', 'kmm-kmod'],
  ['editor', '#/hub/practice/modules/new', 'What it would do'],
  ['module', '#/hub/practice/modules/m/kmm-kmod', 'Staged delivery'],
  ['builds', '#/hub/practice/modules/m/kmm-kmod/builds', 'BuildImage'],
  ['report', '#/hub/practice/reports', 'KMOD deployed'],
  ['image sets', '#/mirror', '4.12.3…4.12.6'],
  ['new image set', '#/mirror/new-set', 'What the northern sites need.'],
  ['image set', '#/mirror/sets/edge', 'What the northern sites need.'],
  ['image set form', '#/mirror/sets/edge?tab=form', 'Kernel Module Management'],
  ['store', '#/mirror/store', 'Free on this disk'],
  ['bundles', '#/mirror/bundles', 'Signed by this laptop'],
  ['registries', '#/mirror/sites', 'North site'],
  ['clusters', '#/mirror/clusters', 'What it does to nodes'],
  ['mirror history', '#/mirror/history', 'came into the store'],
  ['run', '#/mirror/runs/r1', 'part-0'],
  ['lost', '#/nowhere', 'There is no such page'],
];

for (const scheme of ['light', 'dark'] as const) {
  test(`every page is accessible and silent (${scheme})`, async ({ page, scripted }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme: scheme });
    await scripted(fullScript(300), '#/hubs');
    await expect(page.locator('html')).toHaveClass(scheme === 'dark' ? /pf-v6-theme-dark/ : /^((?!theme-dark).)*$/);
    for (const [name, path, text] of pages) {
      await test.step(name, async () => {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, path);
        await expect(page.getByText(text).first()).toBeVisible();
        await expectAccessible(page);
      });
    }
  });
}
