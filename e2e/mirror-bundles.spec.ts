import { fault } from '../shared/fault.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { scriptedBundle, scriptedRun } from './scripted/mirror-script.ts';
import { fullScript } from './scripted/script.ts';

test('a bundle by an unknown key is brought in only after the key was read out and trusted', async ({
  page,
  scripted,
}) => {
  const trusted: unknown[] = [];
  await scripted(
    {
      ...fullScript(3),
      'mirror.inspectBundle': () =>
        scriptedBundle({
          signature: trusted.length > 0 ? 'trusted' : 'unknown',
          key: '58766d1d06c138cd',
          sentence: 'Every segment checked.',
        }),
      'mirror.trust': (input) => {
        trusted.push(input);
        return { id: '58766d1d06c138cd', name: input.name, publicKey: input.publicKey, ours: false };
      },
    },
    '#/mirror/bundles',
  );
  await page.getByRole('button', { name: 'Bring one in' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Folders it lies in')).toBeFocused();
  await dialog.getByLabel('Folders it lies in').fill('/media/user/DISK1');
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog.getByText('Signed by an unknown key')).toBeVisible();
  const bring = dialog.getByRole('button', { name: 'Bring 212 images in' });
  await expect(bring).toBeDisabled();
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Whose key' }).fill('Home laptop');
  await dialog.getByRole('textbox', { name: 'Public key' }).fill('bastion-sth2-466t');
  await dialog.getByRole('button', { name: 'Trust it' }).click();
  await expect(bring).toBeEnabled();
  expect(trusted).toEqual([{ name: 'Home laptop', publicKey: 'bastion-sth2-466t' }]);
});

test('a missing disk: named, and three ways to go on', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  await scripted(
    {
      ...fullScript(3),
      'mirror.inspectBundle': () =>
        scriptedBundle({
          sentence: '1 of 2 segments is missing: the disk with seg-0002.',
          segments: [
            { name: 'seg-0001', bytes: 4_187_593_113, state: 'present' },
            { name: 'seg-0002', bytes: 1_200_000_000, state: 'missing' },
          ],
        }),
      'mirror.import': (input) => {
        asked.push(input);
        return { run: scriptedRun({ kind: 'import', state: 'paused' }) };
      },
    },
    '#/mirror/bundles',
  );
  await page.getByRole('button', { name: 'Bring one in' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folders it lies in').fill('/media/user/DISK1');
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  const lost = dialog.getByRole('listitem').first();
  await expect(lost).toContainText('seg-0002');
  await expect(lost).toContainText('missing');
  await expectAccessible(page);
  await dialog.getByRole('combobox', { name: 'What to do without them' }).selectOption('wait');
  await dialog.getByRole('button', { name: 'Bring 212 images in' }).click();
  await expect.poll(() => asked).toMatchObject([{ folders: ['/media/user/DISK1'], incomplete: 'wait' }]);
});

test('a bundle older than the site is brought in only after a second word', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  // The run begins before the age is looked at: it is the run that is refused.
  const refused = fault(
    'bundle.older',
    'This bundle is older than what is here.',
    'Plug in the newer disk, or go back to the older content (`--anyway older`).',
  ).fault;
  const place = '/media/user/DISK1, the first';
  await scripted(
    {
      ...fullScript(3),
      'mirror.import': (input) => {
        asked.push(input);
        return { run: scriptedRun({ kind: 'import', set: '', place, state: 'running' }) };
      },
      'mirror.run': () => scriptedRun({ kind: 'import', set: '', place, state: 'failed', fault: refused }),
      'mirror.resume': (input) => {
        asked.push(input);
        return scriptedRun({ kind: 'import', set: '', place, state: 'running' });
      },
    },
    '#/mirror/bundles',
  );
  await page.getByRole('button', { name: 'Bring one in' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folders it lies in').fill(place);
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await dialog.getByRole('button', { name: 'Bring 212 images in' }).click();
  await expect(page.getByText('This bundle is older than what is here.')).toHaveCount(1);
  await expect(page.getByText('or go back to the older content.', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Go back to the older bundle' }).click();
  await expect
    .poll(() => asked)
    .toMatchObject([
      { folders: [place], anyway: [] },
      { id: 'r1', anyway: ['older'], folders: [] },
    ]);
});

test('the next disk has another folder: it is named there and the import goes on', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  const waits = fault(
    'bundle.nextDisk',
    '100 of 212 images are here; seg-00003.bin is on another disk.',
    'Insert the disk that holds seg-00003.bin, then resume; where it has another folder, name that (`--folders FOLDER`).',
    { field: 'folders' },
  ).fault;
  const run = scriptedRun({ kind: 'import', set: '', place: '/media/user/DISK1', state: 'paused', fault: waits });
  await scripted(
    {
      ...fullScript(3),
      'mirror.run': () => run,
      'mirror.resume': (input) => {
        asked.push(input);
        return run;
      },
    },
    '#/mirror/runs/r1',
  );
  await expect(page.getByText('where it has another folder, name that.', { exact: false })).toBeVisible();
  await expect(page.getByText('--folders')).toHaveCount(0);
  await page.getByLabel('Folders its disks are mounted at now').fill('/media/user/DISK1\n\n/media/user/DISK 2');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Resume from there' }).click();
  await expect
    .poll(() => asked)
    .toMatchObject([{ id: 'r1', folders: ['/media/user/DISK1', '/media/user/DISK 2'], anyway: [] }]);
});

test('a disk that is not there is said at its field, and what was typed stays', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  await scripted(
    {
      ...fullScript(3),
      'mirror.export': (input) => {
        asked.push(input);
        throw fault('bundle.noFolder', '/media/user/DISK9 is no folder that is there.', 'Plug in the disk first.', {
          field: 'also',
        });
      },
    },
    '#/mirror/bundles',
  );
  await page.getByRole('button', { name: 'Write a bundle' }).click();
  await page.getByLabel('Folder or mounted disk').pressSequentially('/media/user/MY DISK');
  const further = page.getByLabel('Further disks, one a line');
  await further.fill('/media/user/DISK9');
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await expect(page.getByText('/media/user/DISK9 is no folder that is there.')).toBeVisible();
  await expect(further).toBeFocused();
  await expect(further).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Folder or mounted disk')).toHaveValue('/media/user/MY DISK');
  await expectAccessible(page);
  expect(asked).toMatchObject([{ folder: '/media/user/MY DISK', also: ['/media/user/DISK9'] }]);
});

test('in a narrow window, or at 200 %, the table of bundles is scrolled by the keyboard, too', async ({
  page,
  scripted,
}) => {
  await page.setViewportSize({ width: 720, height: 450 });
  await scripted(fullScript(3), '#/mirror/bundles');
  await expect(page.getByRole('table', { name: 'Bundles written and brought in' })).toBeVisible();
  await expectAccessible(page);
  const box = page.getByRole('region', { name: 'Bundles', exact: true });
  await box.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => box.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
});
