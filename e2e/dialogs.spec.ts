import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';
import { scriptedSite } from './scripted/mirror-script.ts';
import { fullScript } from './scripted/script.ts';

const hub = '#/hub/practice';
const dialogs: readonly { name: string; path: string; open: (page: Page) => Promise<void>; text: string }[] = [
  {
    name: 'apply',
    path: `${hub}/modules/new`,
    open: (page) => page.getByRole('button', { name: 'Review and apply' }).click(),
    text: 'Cannot be undone',
  },
  {
    name: 'install',
    path: `${hub}/kmm`,
    open: (page) => page.getByRole('button', { name: 'Install on the spokes…' }).click(),
    text: 'argocd',
  },
  {
    name: 'palette',
    path: `${hub}/modules`,
    open: (page) => page.keyboard.press('Control+k'),
    text: 'Start a practice hub',
  },
  { name: 'help', path: `${hub}/modules`, open: (page) => page.keyboard.press('?'), text: 'A module on a spoke is…' },
  {
    name: 'facet',
    path: `${hub}/fleet`,
    open: (page) => page.getByRole('button', { name: 'Module state' }).click(),
    text: 'Stale boot',
  },
  {
    name: 'reasons',
    path: `${hub}/fleet`,
    open: (page) => page.locator('.kb-counts [data-tone="bad"]').click(),
    text: 'the registration agent is silent',
  },
  {
    name: 'jobs',
    path: `${hub}/modules`,
    open: (page) => page.getByRole('button', { name: /Reading the hub/ }).click(),
    text: '840 of 1,755 spokes',
  },
  {
    name: 'proof',
    path: `${hub}/modules/m/kmm-kmod`,
    open: (page) => page.getByRole('row', { name: /sno-00006/ }).click(),
    text: 'Nudge this spoke',
  },
  {
    name: 'claims',
    path: `${hub}/fleet`,
    open: (page) => page.locator('.kb-counts').getByRole('button', { name: '3', exact: true }).click(),
    text: 'No kernel claim: cut off or KMM missing?',
  },
  {
    name: 'label',
    path: `${hub}/fleet?spoke=sno-00002&tab=labels`,
    open: (page) => page.getByRole('button', { name: 'Remove label site' }).click(),
    text: 'kmm-kmod is unloaded from 1 spoke',
  },
  {
    name: 'leave',
    path: `${hub}/fleet?spoke=sno-00002&tab=labels`,
    open: (page) => page.getByRole('button', { name: 'Delete this spoke from the hub…' }).click(),
    text: '1 spoke leaves the hub',
  },
  {
    name: 'delete',
    path: `${hub}/modules/m/kmm-kmod`,
    open: (page) => page.getByRole('button', { name: 'Delete…' }).click(),
    text: 'It is unloaded from 1,744 spokes.',
  },
  {
    name: 'export',
    path: '#/mirror/bundles',
    open: (page) => page.getByRole('button', { name: 'Write a bundle' }).click(),
    text: 'Free space is checked first.',
  },
  {
    name: 'read a bundle',
    path: '#/mirror/bundles',
    open: async (page) => {
      await page.getByRole('button', { name: 'Bring one in' }).click();
      await page.getByLabel('Folders it lies in').fill('/media/user/DISK1');
      await page.getByRole('button', { name: 'Look at it' }).click();
    },
    text: 'seg-0002',
  },
  {
    name: 'prune',
    path: '#/mirror/store',
    open: (page) => page.getByRole('button', { name: 'Prune…' }).click(),
    text: 'that no image set asks for any more',
  },
  {
    name: 'registry',
    path: '#/mirror/sites',
    open: (page) => page.getByRole('button', { name: 'Edit' }).click(),
    text: 'Do not check its certificate',
  },
  {
    name: 'forget a registry',
    path: '#/mirror/sites',
    open: (page) => page.getByRole('button', { name: 'Forget…' }).click(),
    text: 'North site',
  },
  {
    name: 'oc-mirror',
    path: '#/mirror',
    open: (page) => page.getByRole('button', { name: 'From oc-mirror…' }).click(),
    text: 'ImageSetConfiguration (v2alpha1)',
  },
  {
    name: 'cluster resources',
    path: '#/mirror/clusters',
    open: (page) => page.getByRole('button', { name: 'Apply 1 change' }).click(),
    text: 'The nodes may restart now',
  },
];

for (const scheme of ['light', 'dark'] as const) {
  test(`every dialog is accessible and closes with Esc (${scheme})`, async ({ page, scripted }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await scripted(fullScript(300), hub);
    for (const { name, path, open, text } of dialogs) {
      await test.step(name, async () => {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await open(page);
        await expect(page.getByText(text).last()).toBeVisible();
        // What fades in has its colours when it stands.
        await page.waitForTimeout(400);
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.locator('.pf-v6-c-modal-box, .pf-v6-c-popover, .kb-panel')).toHaveCount(0);
      });
    }
  });
}

test('what feedback says of before is called stale, and a refused work is tried again', async ({ page, scripted }) => {
  await scripted(fullScript(300), `${hub}/fleet?spoke=sno-00002&tab=works`);
  await expect(page.getByText('Read before the last change of the work.')).toBeVisible();
  await expect(page.getByText(/Read again by .* at the latest/)).toBeVisible();
  await expect(page.getByText(/The agent tries again at about/)).toBeVisible();
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByText('The agent tries it again now.')).toBeVisible();
});

test('spokes whose claim is cut off are filtered from the count', async ({ page, scripted }) => {
  await scripted(fullScript(300), `${hub}/fleet`);
  await page.locator('.kb-counts').getByRole('button', { name: '3', exact: true }).click();
  await page.getByRole('button', { name: '2 Cut off' }).click();
  await expect(page).toHaveURL(/claim=cut/);
  await expect(page.getByText('No kernel claim: Cut off', { exact: true })).toBeVisible();
});

test('a registry’s authority stays as it is, until it is forgotten', async ({ page, scripted }) => {
  const edits: (string | undefined)[] = [];
  const script = {
    ...fullScript(3),
    'mirror.editSite': (input: { ca?: string | undefined }) => {
      edits.push(input.ca);
      return scriptedSite();
    },
  };
  await scripted(script, '#/mirror/sites');
  const edit = async (change: () => Promise<void>) => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await change();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save and check' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
  };
  const authority = page.getByLabel('Authority (CA), PEM');
  await edit(() => authority.fill('-----BEGIN CERTIFICATE-----'));
  await edit(() => expect(authority).toHaveValue(''));
  await edit(async () => {
    await page.getByLabel('Forget the authority', { exact: false }).check();
    await expect(authority).toBeDisabled();
  });
  expect(edits).toEqual(['-----BEGIN CERTIFICATE-----', undefined, '']);
});
