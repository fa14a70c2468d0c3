import { expect, test } from './fixtures.ts';
import { fullScript } from './scripted/script.ts';

const fleet = '#/hub/practice/fleet';

test('the fleet by keyboard: filter, arrows, Enter, Esc', async ({ page, scripted }) => {
  await scripted(fullScript(1755), fleet);
  await expect(page.getByRole('row', { name: /sno-00001/ })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: /Filter spokes/ })).toBeFocused();
  await page.keyboard.type('0170');
  await expect(page.getByText('11 spokes', { exact: true })).toBeVisible();
  await page.getByRole('row', { name: /sno-01700/ }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('row', { name: /sno-01701/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'sno-01701' })).toBeVisible();
  expect(page.url()).toContain('spoke=sno-01701');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'sno-01701' })).toBeHidden();
});

test('End reaches the last row and draws few nodes', async ({ page, scripted }) => {
  await scripted(fullScript(1755), fleet);
  await page.getByRole('row', { name: /sno-00001/ }).focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('row', { name: /sno-01755/ })).toBeFocused();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '1756');
  await expect(page.getByRole('row', { name: /sno-01755/ })).toHaveAttribute('aria-rowindex', '1756');
  expect(await page.locator('.kb-scroll *').count()).toBeLessThanOrEqual(400);
});

test('Ctrl+K goes anywhere, ? explains', async ({ page, scripted }) => {
  await scripted(fullScript(50), fleet);
  await expect(page.getByRole('row', { name: /sno-00001/ })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('mcm');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Modules', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('sno-0004');
  await page.getByRole('option', { name: /sno-00042/ }).click();
  await expect(page.getByRole('heading', { name: 'sno-00042' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeHidden();
});

test('a view is a link: filters, sort and drawer survive a reload and can be saved', async ({ page, scripted }) => {
  const saved: string[] = [];
  await scripted(
    {
      ...fullScript(300),
      'views.save': ({ name, filter, sort, descending }) => {
        saved.push(`${name}:${filter.openshift.join()}:${sort}:${descending}`);
        return { id: 1, name, filter, sort, descending };
      },
    },
    fleet,
  );
  await page.getByRole('button', { name: 'OpenShift' }).first().click();
  await page.getByRole('checkbox', { name: /4\.12\.6/ }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Kernel', exact: true }).last().click();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByText('OpenShift: 4.12.6')).toBeVisible();
  await expect(page.getByText('34 spokes', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('textbox', { name: 'Name of this view' }).fill('new ones');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => saved.length).toBe(1);
  expect(saved[0]).toMatch(/^new ones:4\.12\.6:/);
});
