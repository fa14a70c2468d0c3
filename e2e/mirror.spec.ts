import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type FaultyRegistry, startFaultyRegistry } from '../main/images/testing/faulty-registry.ts';
import { sampleImage } from '../main/images/testing/sample-image.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

const mib = 1_048_576;

/** A registry that hands out one image of 24 MiB at 2 MiB a second, so that a pull can be paused by a person on a busy machine. */
async function slowRegistry(): Promise<FaultyRegistry & { layer: string }> {
  const registry = await startFaultyRegistry({
    rules: [{ method: 'GET', path: /\/blobs\//, times: Number.POSITIVE_INFINITY, bytesPerSecond: 2 * mib }],
  });
  const { manifest, blobs } = sampleImage({ sizes: [24 * mib] });
  for (const { descriptor, bytes } of blobs) registry.content.blobs.set(`slow/tools ${descriptor.digest}`, bytes);
  for (const name of ['1', manifest.digest])
    registry.content.manifests.set(`slow/tools ${name}`, { bytes: manifest.bytes, type: manifest.mediaType });
  return { ...registry, layer: blobs.at(-1)?.descriptor.digest ?? '' };
}

const part = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
const ended = { timeout: 90_000 };

test('the mirror: set, plan, pull with a pause, bundle, push, clusters, history', async ({
  page,
  bastion,
  desktop,
}) => {
  test.setTimeout(300_000);
  expect(bastion.home).not.toBe('');
  const slow = await slowRegistry();
  const disk = mkdtempSync(join(tmpdir(), 'bastion-disk-'));
  const editor = page.getByRole('textbox', { name: 'Image set as YAML' });
  const save = page.getByRole('button', { name: /^Saved?$/ });
  try {
    await test.step('a newcomer practises with two registries on this laptop', async () => {
      await page.getByRole('link', { name: 'Mirror' }).click();
      await expect(page.getByRole('heading', { name: 'No image set yet' })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Practise the mirror' }).click();
      await expect(page.getByRole('heading', { name: 'practice', level: 1 })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText('4.12.3…4.12.6', { exact: false }).first()).toBeVisible();
      await expectAccessible(page);
    });

    await test.step('another source is named', async () => {
      await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
      await part(page, 'Registries');
      await page.getByRole('button', { name: 'Add a registry' }).click();
      await page.getByLabel('Name').fill('Slow source');
      await page.getByLabel('Use', { exact: true }).selectOption('source');
      await page.getByLabel('Address').fill(slow.host);
      await page.getByLabel('Plain HTTP, no TLS').check();
      await expect(page.getByText('Anyone on the way can read the password', { exact: false })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Save and check' }).click();
      await expect(page.getByText(slow.host)).toBeVisible();
      await expectAccessible(page);
    });

    await test.step('the form writes into the text, whose comments stay', async () => {
      await part(page, 'Image sets');
      await page.getByRole('link', { name: 'practice' }).click();
      await editor.click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.insertText('# carried to the north\n');
      await part(page, 'Form');
      await expect(page.getByLabel('Make the graph-data image for an OpenShift Update Service')).toBeChecked();
      await expect(page.getByLabel('Its base image')).toHaveValue(/\/ubi9\/ubi:latest$/);
      await page.getByLabel('Also each release’s disk image for KubeVirt machines', { exact: false }).check();
      const further = page.getByLabel('One reference a line');
      await further.fill(`${await further.inputValue()}\n${slow.host}/slow/tools:1`);
      await further.blur();
      await expect(save).toBeEnabled();
      await expectAccessible(page);
      await part(page, 'Text');
      await expect(editor).toContainText('# carried to the north');
      await expect(editor).toContainText(`${slow.host}/slow/tools:1`);
      await expect(editor).toContainText('kubevirt: true');
    });

    await test.step('a typo is named with its line and the nearest field, and can not be saved', async () => {
      await editor.click();
      await page.keyboard.press('Control+End');
      await page.keyboard.insertText('\nimagez: []');
      const finding = page.locator('.kb-findings [data-tone="bad"]').first();
      await expect(finding).toContainText('imagez');
      await expect(finding).toContainText('images');
      await expect(finding.getByRole('button', { name: /^line \d+$/ })).toBeVisible();
      await expect(save).toBeDisabled();
      await expectAccessible(page);
      await page.keyboard.press('Control+z');
      await expect(save).toBeEnabled();
      await save.click();
      await expect(page.getByText('practice is saved.')).toBeVisible();
    });

    await test.step('the plan says what would be fetched and writes nothing', async () => {
      await part(page, 'Plan');
      await page.getByRole('button', { name: 'Make the plan' }).click();
      await expect(page.getByRole('button', { name: /^Pull \d/ })).toBeVisible(ended);
      await expect(page.getByRole('grid', { name: 'Images of the plan' })).toBeVisible();
      await expect(page.getByText('nothing written', { exact: false })).toBeVisible();
      await expectAccessible(page);
    });

    await test.step('a pull is paused and goes on where it stood', async () => {
      await page.getByRole('button', { name: /^Pull \d/ }).click();
      await expect(page.getByRole('heading', { name: 'Pull of practice', level: 1 })).toBeVisible();
      await expect(page.getByText(/[\d.]+ MB of [\d.]+ MB/).first()).toBeVisible();
      const fetched = () => slow.seen.some(({ method, path }) => method === 'GET' && path.includes(slow.layer));
      await expect.poll(fetched, { timeout: 30_000, intervals: [50] }).toBe(true);
      // About 2 of its 24 MiB have come by then.
      await page.waitForTimeout(1_000);
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.locator('.kb-run').getByText('Paused', { exact: true })).toBeVisible();
      await expectAccessible(page);
      const before = slow.seen.length;
      slow.heal();
      await page.getByRole('button', { name: 'Resume' }).click();
      await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible(ended);
      const again = slow.seen.slice(before).filter(({ path }) => path.includes(slow.layer));
      expect(again.some(({ headers }) => headers.range !== undefined)).toBe(true);
      await expectAccessible(page);
    });

    await test.step('the store holds it and knows every blob is sound', async () => {
      await page.getByRole('link', { name: 'See the store' }).click();
      await expect(page.getByRole('grid', { name: 'Images in the store' })).toBeVisible();
      await page.getByRole('textbox', { name: /Filter images/ }).fill('slow/tools');
      await expect(page.getByText(/^1 of \d+ images$/)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Verify every blob' }).click();
      await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible(ended);
      await page.goBack();
      await page.getByRole('button', { name: 'Prune…' }).click();
      await expect(page.getByText('Nothing to take away', { exact: false })).toBeVisible();
      await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    });

    await test.step('a bundle is written to a disk and read from there', async () => {
      await part(page, 'Bundles');
      await page.getByRole('button', { name: 'Write a bundle' }).click();
      await page.getByLabel('Folder or mounted disk').fill(disk);
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Write', exact: true }).click();
      await expect(page.getByRole('heading', { name: `Export to ${disk}`, level: 1 })).toBeVisible();
      await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible(ended);
      expect(readdirSync(disk)).toHaveLength(1);
      await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
      await part(page, 'Bundles');
      await page.getByRole('button', { name: 'Bring one in' }).click();
      await page.getByLabel('Folders it lies in').fill(disk);
      await page.getByRole('button', { name: 'Look at it' }).click();
      await expect(page.getByText('every segment checked', { exact: false })).toBeVisible(ended);
      await expect(page.getByRole('button', { name: /^Bring \d+ images in$/ })).toBeEnabled();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    });

    await test.step('the site registry gets it, and every digest can be pulled there', async () => {
      await part(page, 'Registries');
      const card = page.locator('.pf-v6-c-card').filter({ hasText: 'Practice: site registry' });
      await card.getByRole('button', { name: 'Check' }).click();
      await expect(card.getByText('Pushing works.', { exact: false })).toBeVisible();
      await card.getByRole('button', { name: 'Push the store' }).click();
      await expect(page.getByRole('heading', { name: 'Push to Practice: site registry', level: 1 })).toBeVisible();
      await expect(page.locator('.kb-run').getByText('Done', { exact: true })).toBeVisible(ended);
      await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
      await part(page, 'Registries');
      await card.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText(/All \d+ images can be pulled/).first()).toBeVisible(ended);
    });

    await test.step('clusters are told, with a tick where nodes are touched', async () => {
      await part(page, 'Clusters');
      await expect(page.getByRole('heading', { name: 'No hub yet' })).toBeVisible();
      await page.evaluate(() => {
        location.hash = '#/welcome';
      });
      await page.getByRole('button', { name: '60 times as fast' }).click();
      await page.locator('.kb-scenarios').getByText('3 spokes', { exact: true }).click();
      await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText('3 spokes', { exact: true })).toBeVisible({ timeout: 60_000 });
      await page.getByRole('link', { name: 'Mirror' }).click();
      await part(page, 'Clusters');
      await expect(page.getByText('ImageDigestMirrorSet').first()).toBeVisible({ timeout: 30_000 });
      await expectAccessible(page);
      await page.getByRole('button', { name: /^Apply \d+ changes$/ }).click();
      const apply = page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true });
      await expect(apply).toBeDisabled();
      await expectAccessible(page);
      await page.getByRole('checkbox', { name: 'The nodes may restart now' }).check();
      await apply.click();
      await expect(page.getByRole('dialog')).toBeHidden({ timeout: 30_000 });
      await expect(page.getByRole('button', { name: 'Nothing to apply' })).toBeVisible({ timeout: 30_000 });
      await page.getByRole('combobox', { name: 'Where' }).selectOption('spokes');
      await expect(page.locator('.kb-diffs summary', { hasText: 'Policy' })).toBeVisible({ timeout: 30_000 });
    });

    await test.step('what is where since when is written down', async () => {
      await part(page, 'History');
      const history = page.getByRole('region', { name: 'What happened' });
      for (const word of ['Pull of practice', disk, 'Push to Practice: site registry'])
        await expect(history.getByText(word, { exact: false }).first()).toBeVisible();
      await expectAccessible(page);
    });
  } finally {
    await slow.stop();
    rmSync(disk, { recursive: true, force: true });
  }
  expect(desktop === undefined || page.url().startsWith('app://')).toBe(true);
});
