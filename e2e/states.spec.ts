import { fault } from '../shared/fault.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { fullScript } from './scripted/script.ts';
import { scriptedHub } from './scripted/shell-script.ts';

const fleet = '#/hub/practice/fleet';

test('an empty fleet says what comes next, a filter without hits how to go back', async ({ page, scripted }) => {
  await scripted({ ...fullScript(0), 'fleet.page': () => ({ total: 0, rows: [] }) }, fleet);
  await expect(page.getByRole('heading', { name: 'No spokes yet' })).toBeVisible();
  await page.getByRole('textbox', { name: /Filter spokes/ }).fill('zzz');
  await expect(page.getByRole('heading', { name: 'No spoke matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await expect(page.getByRole('heading', { name: 'No spokes yet' })).toBeVisible();
  await expectAccessible(page);
});

test('a refusal names the missing right, a failure its code and remedy, never a stack', async ({ page, scripted }) => {
  const { 'modules.list': _gone, ...rest } = fullScript(3);
  await scripted(
    {
      ...rest,
      'fleet.page': () => {
        throw fault('store.full', 'The disk of the bastion is full.', 'Free 100 MB and try again.', {
          field: '--home',
        });
      },
    },
    fleet,
  );
  await expect(page.getByText('The disk of the bastion is full.')).toBeVisible();
  await expect(page.getByText('Free 100 MB and try again.')).toBeVisible();
  await expect(page.getByText('store.full · --home')).toBeVisible();
  await page.getByRole('link', { name: 'Modules' }).click();
  await expect(page.getByText('Ask its administrator for: get modules.')).toBeVisible();
  expect(await page.textContent('body')).not.toMatch(/\bat .*:\d+:\d+/);
  await expectAccessible(page);
});

test('an offline hub shows its rows with their age', async ({ page, scripted }) => {
  const old = new Date(Date.now() - 2 * 3600_000).toISOString();
  await scripted(
    { ...fullScript(10), 'hubs.list': () => ({ hubs: [scriptedHub({ phase: 'stale', since: old, dataFrom: old })] }) },
    fleet,
  );
  await expect(page.getByText('data from 2 h ago')).toBeVisible();
  await expect(page.getByText(/is offline for 2 h/)).toBeVisible();
  await expect(page.getByRole('row', { name: /sno-00010/ })).toBeVisible();
  await expectAccessible(page);
});

test('names from a cluster are text', async ({ page, scripted }) => {
  await scripted(fullScript(5), `${fleet}?spoke=sno-00002`);
  await expect(page.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  await page.getByRole('tab', { name: 'Claims and labels' }).click();
  await expect(page.getByText('"><b>x</b>')).toBeVisible();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('a command that fails says so in a corner, with code and remedy', async ({ page, scripted }) => {
  await scripted(
    {
      ...fullScript(5),
      'hubs.connect': () => {
        throw fault(
          'hub.certificateExpired',
          'The certificate of this hub ended on 1 March.',
          'Ask for a new kubeconfig.',
        );
      },
    },
    '#/hubs',
  );
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('Ask for a new kubeconfig.')).toBeVisible();
  await expect(page.getByText('hub.certificateExpired')).toBeVisible();
});

test('a changed row is asked again, and only what depends on it', async ({ page, scripted }) => {
  let asked = 0;
  let reports = 0;
  const script = fullScript(5);
  const { emit } = await scripted(
    {
      ...script,
      'fleet.counts': (input) => {
        asked++;
        return script['fleet.counts']?.(input) as never;
      },
      'views.list': () => {
        reports++;
        return { views: [] };
      },
    },
    fleet,
  );
  await expect(page.getByRole('row', { name: /sno-00005/ })).toBeVisible();
  const before = asked;
  for (let index = 0; index < 20; index++) emit('rows.changed', { hub: 'practice', tables: ['spoke'] });
  await expect.poll(() => asked).toBe(before + 1);
  emit('rows.changed', { hub: 'other', tables: ['spoke'] });
  await page.waitForTimeout(900);
  expect(asked).toBe(before + 1);
  expect(reports).toBeLessThanOrEqual(2);
});
