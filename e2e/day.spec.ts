import { downloaded, expect, expectAccessible, test } from './fixtures.ts';

// The whole day in the window, over the real engine and the real practice hub.
test('first run: practice hub, fleet, install, module, staged apply, proof, report', async ({
  page,
  bastion,
  desktop,
}) => {
  test.setTimeout(400_000);
  expect(bastion.url).toMatch(/^(http:\/\/127\.0\.0\.1:|app:\/\/bastion\/)/);

  await test.step('a newcomer is welcomed and starts the practice hub', async () => {
    await expect(page.getByRole('heading', { name: 'Welcome to KMM Bastion' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: '60 times as fast' }).click();
    await page.locator('.kb-scenarios').getByText('3 spokes', { exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/Practice hub \(site-3\)/)).toBeVisible();
    await expect(page.getByText('3 spokes', { exact: true })).toBeVisible({ timeout: 60_000 });
  });

  await test.step('a spoke tells about itself', async () => {
    await page.locator('.kb-row').first().click();
    await expect(page.getByText('Operative', { exact: false }).first()).toBeVisible();
    await page.getByRole('tab', { name: 'YAML' }).click();
    await expect(page.getByText('ManagedCluster').first()).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  await test.step('KMM is installed on the hub, then on the spokes', async () => {
    await page.getByRole('link', { name: 'Hubs' }).click();
    await page.locator('.pf-v6-c-card').getByRole('link').first().click();
    await page.getByRole('tab', { name: 'KMM on hub and spokes' }).click();
    await page.getByRole('button', { name: 'Install on the hub…' }).click();
    await expect(page.getByText('Subscription').first()).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Apply \d+ objects?$/ }).click();
    await expect(page.locator('.kb-stages > li').first().getByText('Installed', { exact: true })).toBeVisible({
      timeout: 90_000,
    });
    await page.getByRole('button', { name: 'Install on the spokes…' }).click();
    await expect(page.getByText('Policy').first()).toBeVisible();
    await page.getByRole('button', { name: /^Apply \d+ objects?$/ }).click();
    await expect(page.locator('.kb-stages > li').last().getByText('Installed3')).toBeVisible({ timeout: 120_000 });
  });

  await test.step('a module with a mistake is stopped, and without it applied, staged', async () => {
    await page.getByRole('link', { name: 'Modules' }).click();
    await page.getByRole('link', { name: 'New module' }).click();
    const editor = page.getByRole('textbox', { name: 'ManagedClusterModule as YAML' });
    await expect(page.getByText('What it would do')).toBeVisible();
    const good = await editor.innerText();
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('\nspec: twice');
    await expect(page.locator('.kb-findings [data-tone="bad"]').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Review and apply' })).toBeDisabled();
    await page.keyboard.press('Control+z');
    await expect(page.getByRole('button', { name: 'Review and apply' })).toBeEnabled();
    expect(good).toContain('ManagedClusterModule');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await expect(page.getByRole('radio', { name: /Staged/ })).toBeChecked();
    await expect(page.getByText('How many')).toBeVisible();
    await page.getByRole('button', { name: 'Apply staged' }).click();
  });

  await test.step('it is proven on every spoke', async () => {
    await expect(page.getByText('Staged delivery')).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('.kb-legend').getByText('Proven')).toBeVisible({ timeout: 180_000 });
    await expect(page.getByText('3 of 3 proven')).toBeVisible({ timeout: 180_000 });
    await page.locator('.kb-row').first().click();
    await expect(page.getByText('Fed back by a read-only manifest work')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Builds' }).click();
    await expect(page.getByText('succeeded').first()).toBeVisible();
  });

  await test.step('the report is handed out', async () => {
    await page.getByRole('link', { name: 'Reports' }).click();
    await expect(page.locator('.kb-day td[data-key="kmodDeployed"]')).toHaveText('3');
    await expect(page.locator('.kb-day td[data-key="potential"]')).toHaveText('3');
    await expectAccessible(page);
    const text = await downloaded({ page, desktop }, () => page.getByRole('button', { name: 'Download HTML' }).click());
    expect(text).toMatch(/^<!doctype html>/i);
  });

  await test.step('deleting spells out what it does and wants the name', async () => {
    await page.getByRole('link', { name: 'Modules' }).click();
    await page.locator('.kb-module-name').first().click();
    const name = (await page.getByRole('heading', { level: 1 }).innerText()).trim();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await expect(page.getByText('It is unloaded from 3 spokes.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeDisabled();
    await page.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Modules', level: 1 })).toBeVisible();
  });
});
