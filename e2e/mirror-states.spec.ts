import { fault } from '../shared/fault.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { scriptedRun, scriptedSite, setYaml } from './scripted/mirror-script.ts';
import { fullScript } from './scripted/script.ts';

const full = fault(
  'store.full',
  'The disk of the store is full: 1.2 GB are missing for what is still to come.',
  'Free space or prune the store, then resume.',
  { field: '--home' },
);

test('a registry that refuses: who, where, which right, and no stack', async ({ page, scripted }) => {
  const refused = fault(
    'registry.forbidden',
    'registry.north.example:5000 does not let user bastion push to mirror/openshift.',
    'Ask for the push right on mirror/openshift, then check again.',
  );
  await scripted(
    {
      ...fullScript(3),
      'mirror.sites': () => ({
        sites: [scriptedSite({ health: 'failed', sentence: refused.fault.message, abilities: [] })],
      }),
      'mirror.push': () => {
        throw refused;
      },
    },
    '#/mirror/sites',
  );
  await expect(page.getByText('Not usable')).toBeVisible();
  await expect(page.getByText('does not let user bastion push', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Push the store' }).click();
  await expect(page.getByText('Ask for the push right on mirror/openshift', { exact: false })).toBeVisible();
  expect(await page.textContent('body')).not.toMatch(/\bat .*:\d+:\d+/);
  await expectAccessible(page);
});

test('a full disk: the run failed, says why, and goes on when there is room', async ({ page, scripted }) => {
  let resumed = false;
  await scripted(
    {
      ...fullScript(3),
      'mirror.run': () =>
        resumed ? scriptedRun({ state: 'running' }) : scriptedRun({ state: 'failed', fault: full.fault }),
      'mirror.resume': () => {
        resumed = true;
        return scriptedRun({ state: 'running' });
      },
    },
    '#/mirror/runs/r1',
  );
  await expect(page.getByText('1.2 GB are missing', { exact: false })).toBeVisible();
  await expect(page.getByText('Free space or prune the store, then resume.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => resumed).toBe(true);
});

test('gaps: each with its reason, and a retry of just those', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  const script = fullScript(3);
  await scripted(
    {
      ...script,
      'mirror.retry': (input) => {
        asked.push(input);
        return { run: scriptedRun({ id: 'r1', state: 'done', imagesFailed: 0 }) };
      },
    },
    '#/mirror/runs/r1',
  );
  await expect(page.getByText('2 are missing', { exact: false })).toBeVisible();
  const first = page.getByRole('row', { name: /part-0:/ });
  await expect(first).toContainText('Failed');
  await expect(first).toContainText('does not let user bastion read');
  await page.getByRole('button', { name: 'State' }).click();
  await page.getByRole('checkbox', { name: 'Failed' }).check();
  await expect(page.getByText('2 of 212 images', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expectAccessible(page);
  await first.press('Enter');
  const chosen = page.getByRole('region', { name: 'The chosen image' });
  await expect(chosen).toContainText('Ask for the pull right on that repository, then retry.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(chosen).toBeHidden();
  await expect(first).toBeFocused();
  await page.getByRole('button', { name: 'Retry 2 failed' }).click();
  await expect.poll(() => asked).toEqual([{ id: 'r1', folders: [], wait: false }]);
});

test('a plan that does not fit can not be pulled', async ({ page, scripted }) => {
  const script = fullScript(3);
  const plan = script['mirror.plan'];
  await scripted(
    {
      ...script,
      'mirror.plan': async (input) => ({
        ...((await plan?.(input)) as Awaited<ReturnType<NonNullable<typeof plan>>>),
        fits: false,
        freeBytes: 100_000_000,
      }),
    },
    '#/mirror/sets/edge?tab=plan',
  );
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.getByRole('tab', { name: 'Text' }).click();
  await page.getByRole('tab', { name: 'Plan' }).click();
  await expect(page.getByText('It does not fit', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pull 644.0 MB' })).toBeDisabled();
  await expect(page.getByText('Free space on this disk, prune the store', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: '1 image cannot be had: show only those' }).click();
  await expect(page.getByRole('checkbox', { name: 'only what cannot be had' })).toBeChecked();
  await expect(page.getByRole('row', { name: /part-1:/ })).toContainText('The registry knows no such tag.');
  await expectAccessible(page);
});

test('a remedy names the place in the window, not a command to type', async ({ page, scripted }) => {
  const untrusted = fault(
    'bundle.untrusted',
    'The bundle in /media/user/DISK1 is signed by the key 58766d1d06c138cd, which is not trusted here.',
    'Ask the sender to read out the key. If it is the same: `cli mirror trust --name NAME --publicKey bastion-sth2`',
  ).fault;
  const unknown = 'It does not know this user. To give them: `cli mirror editSite --id north --user USER`.';
  await scripted(
    {
      ...fullScript(3),
      'mirror.run': () => scriptedRun({ kind: 'import', set: '', state: 'failed', fault: untrusted }),
      'mirror.sites': () => ({ sites: [scriptedSite({ health: 'failed', sentence: unknown, abilities: [] })] }),
    },
    '#/mirror/runs/r1',
  );
  await page.getByRole('link', { name: 'Trust it in Mirror, Bundles, Keys that sign bundles' }).click();
  await expect(page.getByRole('textbox', { name: 'Public key' })).toBeVisible();
  await page.getByRole('tab', { name: 'Registries', exact: true }).click();
  await expect(page.getByText('To give them: Edit on its card.')).toBeVisible();
  expect(await page.textContent('body')).not.toContain('cli mirror');
});

test('a text that is not saved is still there after a look elsewhere', async ({ page, scripted }) => {
  await scripted(fullScript(3), '#/mirror/sets/edge');
  const editor = page.getByRole('textbox', { name: 'Image set as YAML' });
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('# not saved yet');
  await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: 'Mirror', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'edge' }).click();
  await expect(editor).toContainText('# not saved yet');
  await page.getByRole('button', { name: 'Back to what is saved' }).click();
  await expect(editor).not.toContainText('# not saved yet');
  await expect(page.getByRole('button', { name: 'Saved' })).toBeDisabled();
});

test('findings name line, field and remedy; the form shows them too', async ({ page, scripted }) => {
  await scripted(
    {
      ...fullScript(3),
      'mirror.check': () => ({
        findings: [
          {
            severity: 'error' as const,
            field: 'imagez',
            message: 'There is no field imagez.',
            remedy: 'Did you mean images?',
            line: 5,
            column: 1,
          },
        ],
        sentence: '',
      }),
    },
    '#/mirror/sets/edge',
  );
  await expect(page.getByRole('button', { name: 'line 5' })).toBeVisible();
  await expect(page.getByText('Did you mean images?').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Form' }).click();
  await expect(page.getByText('There is no field imagez.', { exact: false })).toBeVisible();
  await expectAccessible(page);
  expect(setYaml).toContain('name: edge');
});

test('without rights to the mirror every part says what is missing', async ({ page, scripted }) => {
  const script = Object.fromEntries(Object.entries(fullScript(3)).filter(([name]) => !name.startsWith('mirror.')));
  await scripted(script, '#/mirror');
  for (const tab of ['Image sets', 'Store', 'Bundles', 'Registries', 'History']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await expect(page.getByRole('heading', { name: /^Could not read/ }).first()).toBeVisible();
    await expect(page.getByText('Ask its administrator for', { exact: false }).first()).toBeVisible();
  }
  await page.getByRole('tab', { name: 'Clusters', exact: true }).click();
  await expect(page.getByText('Ask its administrator for', { exact: false }).first()).toBeVisible();
  await expectAccessible(page);
});

test('an engine that is away: what was read stays, with the time it went', async ({ page, scripted, errors }) => {
  const { stop } = await scripted(fullScript(3), '#/mirror/store');
  await expect(page.getByRole('grid', { name: 'Images in the store' })).toBeVisible();
  await stop();
  await expect(page.getByText('The engine does not answer', { exact: false })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Images in the store' })).toBeVisible();
  await page.getByRole('tab', { name: 'Bundles', exact: true }).click();
  await expect(page.getByText('This window tries again by itself.', { exact: false }).first()).toBeVisible();
  await expectAccessible(page);
  // No further attempt while they are looked at: the browser itself writes each that failed into the console.
  await page.goto('about:blank');
  expect(errors.every((text) => text.includes('ERR_CONNECTION_REFUSED'))).toBe(true);
  errors.length = 0;
});

test('nothing was pushed to a registry yet: clusters are told of nothing, and it says what comes first', async ({
  page,
  scripted,
}) => {
  await scripted(
    { ...fullScript(3), 'mirror.sites': () => ({ sites: [scriptedSite({ images: 0 })] }) },
    '#/mirror/clusters',
  );
  await expect(page.getByRole('heading', { name: 'Nothing was pushed from here to North site yet' })).toBeVisible();
  await expectAccessible(page);
  // Another laptop may have pushed to it: the registry is asked.
  await page.getByRole('button', { name: 'Look what another laptop pushed' }).click();
  await expect(page.getByRole('region', { name: 'Cluster resources' })).toBeVisible();
  await page.reload();
  await page.getByRole('link', { name: 'Push to a registry' }).click();
  await expect(page.getByRole('button', { name: 'Push the store' })).toBeVisible();
});

test('at a laptop whose store is empty the way begins with a bundle', async ({ page, scripted }) => {
  const script = fullScript(3);
  const store = script['mirror.store'];
  await scripted(
    {
      ...script,
      'mirror.store': async (input) => ({
        ...((await store?.(input)) as Awaited<ReturnType<NonNullable<typeof store>>>),
        images: 0,
        blobs: 0,
        bytes: 0,
      }),
      'mirror.bundles': () => ({ bundles: [] }),
    },
    '#/mirror/store',
  );
  await expect(page.getByRole('link', { name: 'Bring a bundle in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Verify every blob' })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Bring a bundle in' }).click();
  await expect(page.getByRole('button', { name: 'Bring one in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Write a bundle' })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Registries', exact: true }).click();
  await expect(page.getByText('Nothing can be pushed while the store is empty', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Push the store' })).toBeDisabled();
  await expectAccessible(page);
});

test('a second click, or a second pull of what is pulled now, starts nothing', async ({ page, scripted }) => {
  let pulls = 0;
  let running = false;
  const { emit } = await scripted(
    {
      ...fullScript(3),
      'mirror.pull': async () => {
        pulls++;
        await new Promise((resolve) => setTimeout(resolve, 500));
        running = true;
        return { run: scriptedRun({ state: 'running' }) };
      },
      'mirror.runs': () => ({ total: 1, runs: [scriptedRun(running ? { state: 'running' } : {})] }),
    },
    '#/mirror',
  );
  await page.getByRole('button', { name: 'Pull', exact: true }).dblclick();
  await page.waitForTimeout(700);
  emit('mirror.changed', { what: 'runs', id: 'r1' });
  await expect(page.getByRole('link', { name: 'See its pull' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pull', exact: true })).toHaveCount(0);
  expect(pulls).toBe(1);
});

test('who pauses by the keyboard stands on Resume', async ({ page, scripted }) => {
  let state: 'running' | 'paused' = 'running';
  const { emit } = await scripted(
    {
      ...fullScript(3),
      'mirror.run': () => scriptedRun({ state }),
      'mirror.pause': () => {
        state = 'paused';
        return scriptedRun({ state });
      },
    },
    '#/mirror/runs/r1',
  );
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  emit('mirror.changed', { what: 'runs', id: 'r1' });
  await expect(page.getByRole('button', { name: 'Resume' })).toBeFocused();
});

test('Enter in a field of a registry saves it', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  await scripted(
    {
      ...fullScript(3),
      'mirror.addSite': (input) => {
        asked.push(input.address);
        return scriptedSite();
      },
    },
    '#/mirror/sites',
  );
  await page.getByRole('button', { name: 'Add a registry' }).click();
  await page.getByLabel('Name').fill('North');
  await page.getByLabel('Name').press('Enter');
  await page.getByLabel('Address').fill('registry.north.example:5000');
  await page.getByLabel('Address').press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(asked).toEqual(['registry.north.example:5000']);
});

test('the tick that nodes may restart is asked for each time', async ({ page, scripted }) => {
  await scripted(fullScript(3), '#/mirror/clusters');
  const open = page.getByRole('button', { name: 'Apply 1 change', exact: true });
  const tick = page.getByRole('checkbox', { name: 'The nodes may restart now' });
  await open.click();
  await tick.check();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await open.click();
  await expect(tick).not.toBeChecked();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true })).toBeDisabled();
});

test('where the clusters part looks stands in its address', async ({ page, scripted }) => {
  const asked: unknown[] = [];
  const script = fullScript(3);
  await scripted(
    {
      ...script,
      'mirror.resources': (input) => {
        asked.push(input);
        return script['mirror.resources']!(input);
      },
    },
    '#/mirror/clusters',
  );
  await page.getByRole('combobox', { name: 'Where' }).selectOption('spokes');
  await page.getByRole('combobox', { name: 'How' }).selectOption('work');
  const labels = page.getByRole('textbox', { name: 'Labels of the spokes' });
  await labels.fill('site=north');
  await labels.blur();
  await expect(page).toHaveURL(/labels=site%3Dnorth/);
  await page.reload();
  await expect(labels).toHaveValue('site=north');
  await expect
    .poll(() => asked.at(-1))
    .toMatchObject({ where: 'spokes', way: 'work', spokeSelector: { site: 'north' } });
});

test('a served store: its authority can be saved, and its password is told to be shown once', async ({
  page,
  scripted,
}) => {
  const ca = '-----BEGIN CERTIFICATE-----\nfor tests\n-----END CERTIFICATE-----\n';
  let serving = { running: false, address: '', user: '', images: 0, tls: false, ca: '' };
  const { emit } = await scripted(
    {
      ...fullScript(3),
      'mirror.serving': () => serving,
      'mirror.serve': () => {
        serving = { running: true, address: 'laptop:5000', user: 'bastion', images: 208, tls: true, ca };
        return { address: 'laptop:5000', user: 'bastion', password: 'for-tests-only', ca, tls: true };
      },
    },
    '#/mirror/store',
  );
  await page.getByRole('button', { name: 'Serve this store as a registry on this laptop' }).click();
  await page.getByRole('button', { name: 'Serve', exact: true }).press('Enter');
  emit('mirror.changed', { what: 'serving', id: '' });
  await expect(page.getByText('for-tests-only')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop serving' })).toBeFocused();
  await expectAccessible(page);
  await page.reload();
  await page.getByRole('button', { name: 'Served at laptop:5000' }).click();
  await expect(page.getByText('was shown once, when it was started', { exact: false })).toBeVisible();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save it for whoever pulls from here' }).click();
  expect((await file).suggestedFilename()).toBe('registry-ca.pem');
});
