import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Tab until `target` has the focus, as a person without a mouse does. */
async function reach(page: Page, target: Locator, most = 60): Promise<void> {
  await expect(target).toBeVisible();
  for (let step = 0; step < most; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} is not reached by ${most} times Tab`);
}

async function press(page: Page, target: Locator): Promise<void> {
  await reach(page, target);
  await page.keyboard.press('Enter');
}

test('the mirror without a mouse: practise, plan, pull, push', async ({ page, bastion }) => {
  test.setTimeout(240_000);
  expect(bastion.home).not.toBe('');
  await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Practise the mirror' }));
  await expect(page.getByRole('heading', { name: 'practice', level: 1 })).toBeVisible({ timeout: 60_000 });
  await press(page, page.getByRole('tab', { name: 'Plan', exact: true }));
  await press(page, page.getByRole('button', { name: 'Make the plan' }));
  const pull = page.getByRole('button', { name: /^Pull \d/ });
  await expect(pull).toBeVisible({ timeout: 60_000 });
  await press(page, pull);
  await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await press(page, page.getByRole('link', { name: 'Push it to a registry' }));
  await press(page, page.getByRole('button', { name: 'Push the store' }));
  await expect(page.getByRole('heading', { name: /^Push to/ })).toBeVisible();
  await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('prune');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Images in the store' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('kmm-kmod');
  await expect(page.getByText(/^2 of \d+ images$/)).toBeVisible();
});
