import { setTimeout } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { checkImageSet } from '../main/mirror/image-set/check-set.ts';
import { writeImageSet } from '../main/mirror/image-set/write-set.ts';
import { fault } from '../shared/fault.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { scriptedSet, setYaml } from './scripted/mirror-script.ts';
import { fullScript } from './scripted/script.ts';
import type { Script } from './scripted/transport.ts';

/** Sets that are read and written by the engine's own rules; a write takes `slow` ms. Every text that is saved is in `saved`. */
function realSets(slow = 0): { script: Script; saved: string[] } {
  const saved: string[] = [];
  const script: Script = {
    ...fullScript(3),
    'mirror.check': ({ yaml }) => checkImageSet(yaml),
    'mirror.write': async ({ set, yaml }) => {
      await setTimeout(slow);
      return { yaml: writeImageSet(set, yaml) };
    },
    'mirror.save': ({ yaml }) => {
      saved.push(yaml);
      return scriptedSet();
    },
    'mirror.set': ({ name }) => ({ name, yaml: saved.at(-1) ?? setYaml }),
  };
  return { script, saved };
}
const form = '#/mirror/sets/edge?tab=form';
const further = (page: Page) => page.getByLabel('One reference a line');
const platforms = (page: Page) => page.getByLabel('Platforms to take', { exact: false });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const editor = (page: Page) => page.getByRole('textbox', { name: 'Image set as YAML' });

test('a field with a typo is written and found; what is changed after it is not lost', async ({ page, scripted }) => {
  const { script, saved } = realSets();
  await scripted(script, form);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('North Sites!');
  await platforms(page).fill('linux/arm64');
  await platforms(page).blur();
  await expect(page.getByText('lower-case letters, digits', { exact: false }).first()).toBeVisible();
  await expect(save(page)).toBeDisabled();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Text' }).click();
  await expect(editor(page)).toContainText('North Sites!');
  await expect(editor(page)).toContainText('linux/arm64');
  await page.reload();
  await expect(editor(page)).toContainText('linux/arm64');
  await page.goBack();
  await page.goForward();
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.getByRole('button', { name: 'line 4' }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.insertText('name: edge');
  await page.getByRole('tab', { name: 'Form' }).click();
  await expect(name).toHaveValue('edge');
  await save(page).click();
  await expect.poll(() => saved.at(-1)).toContain('linux/arm64');
});

test('Save right from a field waits until the field is in the text', async ({ page, scripted }) => {
  const { script, saved } = realSets(400);
  await scripted(script, form);
  await platforms(page).fill('linux/arm64');
  await platforms(page).blur();
  await save(page).click();
  await expect(page.getByText('edge is saved.')).toBeVisible();
  expect(saved).toEqual([expect.stringContaining('linux/arm64')]);
  await expect(page.getByRole('button', { name: 'Saved', exact: true })).toBeVisible();
  // Changed once more: the text has an earlier change that is not saved, and one that is being written.
  await platforms(page).fill('linux/amd64');
  await platforms(page).blur();
  await expect.poll(() => page.locator('.kb-head').textContent()).toContain('Back to what is saved');
  await further(page).fill('registry.north.example:5000/tools/other:1');
  await further(page).blur();
  await save(page).click();
  await expect.poll(() => saved.at(1)).toContain('tools/other:1');
  expect(saved.at(1)).toContain('linux/amd64');
});

test('what is typed while the set is being saved is not called saved', async ({ page, scripted }) => {
  const { script, saved } = realSets();
  const put = script['mirror.save']!;
  script['mirror.save'] = async (input) => {
    await setTimeout(800);
    return put(input);
  };
  await scripted(script, '#/mirror/sets/edge');
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('# first\n');
  await save(page).click();
  await page.keyboard.press('Shift+Tab');
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('# second\n');
  await expect(page.getByText('edge is saved.')).toBeVisible();
  expect(saved).toEqual([expect.not.stringContaining('# second')]);
  await expect(save(page)).toBeEnabled();
  await page.reload();
  await expect(editor(page)).toContainText('# second');
  await page.getByRole('button', { name: 'Back to what is saved' }).click();
  await expect(editor(page)).not.toContainText('# second');
  await expect(editor(page)).toContainText('# first');
});

test('a change that is still being written: taken back it stays back, in the text it is waited for', async ({
  page,
  scripted,
}) => {
  const { script } = realSets(700);
  await scripted(script, form);
  await platforms(page).fill('linux/arm64');
  await platforms(page).blur();
  await expect.poll(() => page.locator('.kb-head').textContent()).toContain('Back to what is saved');
  await further(page).fill('registry.north.example:5000/tools/other:1');
  await further(page).blur();
  await page.getByRole('button', { name: 'Back to what is saved' }).click();
  await page.waitForTimeout(1_200); // the answer has come
  await expect(platforms(page)).toHaveValue('');
  await expect(page.getByRole('button', { name: 'Saved', exact: true })).toBeVisible();
  await platforms(page).fill('linux/s390x');
  await page.getByRole('tab', { name: 'Text' }).click();
  await expect(editor(page)).toHaveCount(0);
  await expect(editor(page)).toContainText('linux/s390x');
  // The page is left before the answer: the text is there as a draft.
  await page.getByRole('tab', { name: 'Form' }).click();
  await platforms(page).fill('linux/ppc64le');
  await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
  await page.waitForTimeout(1_200);
  await page.getByRole('link', { name: 'edge', exact: true }).click();
  await expect(editor(page)).toContainText('linux/ppc64le');
});

test('a change that could not be written is not called saved, and is written by Save', async ({ page, scripted }) => {
  const { script, saved } = realSets();
  const write = script['mirror.write']!;
  let away = true;
  script['mirror.write'] = (input) => {
    if (away) throw fault('internal', 'The engine could not write it.', 'Try again.');
    return write(input);
  };
  await scripted(script, form);
  await platforms(page).fill('linux/arm64');
  await platforms(page).blur();
  await expect(page.getByText('The engine could not write it.')).toBeVisible();
  await save(page).click();
  await page.waitForTimeout(300);
  expect(saved).toEqual([]);
  away = false;
  await save(page).click();
  await expect.poll(() => saved.at(-1)).toContain('linux/arm64');
  await expect(page.getByText('The engine could not write it.')).toHaveCount(0);
});

test('another set is never written over by one of its name', async ({ page, scripted }) => {
  const { script } = realSets();
  const asked: unknown[] = [];
  script['mirror.save'] = (input) => {
    asked.push(input.was);
    throw fault('set.exists', 'There is an image set named edge already.', 'Give this one another name.');
  };
  script['mirror.fromOcMirror'] = ({ name }) => ({ yaml: setYaml.replace('edge', name), remarks: [] });
  await scripted(script, '#/mirror/new-set');
  await save(page).click();
  await expect(page.getByText('There is an image set named edge already.')).toBeVisible();
  await page.getByRole('link', { name: 'Mirror', exact: true }).first().click();
  await page.getByRole('button', { name: 'From oc-mirror…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('ImageSetConfiguration (v2alpha1)').fill('kind: ImageSetConfiguration');
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByText('name: imported')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save and edit' }).click();
  await expect(dialog.getByText('There is an image set named edge already.')).toBeVisible();
  // Another name has to be read once more: what is shown is what is saved.
  await dialog.getByLabel('Name of the image set').fill('other');
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByText('name: other')).toBeVisible();
  expect(asked).toEqual(['', '']);
});

test('what an import leaves to correct is corrected in the editor; a set may be called new', async ({
  page,
  scripted,
}) => {
  const { script } = realSets();
  script['mirror.fromOcMirror'] = () => ({ yaml: setYaml.replace('edge', 'Bad Name'), remarks: ['To correct, name'] });
  script['mirror.save'] = ({ yaml }) => {
    if (yaml.includes('Bad Name')) throw fault('set.invalid', 'Line 4: name', 'Use lower-case letters.');
    return scriptedSet({ name: 'new' });
  };
  script['mirror.set'] = ({ name }) => ({ name, yaml: setYaml.replace('edge', 'new') });
  script['mirror.sets'] = () => ({ sets: [scriptedSet({ name: 'new' })] });
  await scripted(script, '#/mirror');
  await page.getByRole('button', { name: 'From oc-mirror…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('ImageSetConfiguration (v2alpha1)').fill('kind: ImageSetConfiguration');
  await dialog.getByLabel('Name of the image set').press('Enter');
  await dialog.getByRole('button', { name: 'Save and edit' }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Correct it in the editor' }).click();
  await expect(page.getByRole('heading', { name: 'New image set', level: 1 })).toBeVisible();
  await expect(editor(page)).toContainText('Bad Name');
  await page.getByRole('tab', { name: 'Text' }).click();
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(setYaml.replace('edge', 'new'));
  await save(page).click();
  // A set of this name has a page of its own.
  await expect(page.getByRole('heading', { name: 'new', level: 1, exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Plan it' }).click();
  await expect(page.getByRole('button', { name: 'Make the plan' })).toBeVisible();
});

test('an emptied field shows the public place again that it means', async ({ page, scripted }) => {
  const { script } = realSets();
  await scripted(script, form);
  await page.getByRole('button', { name: 'Take releases' }).click();
  const graph = page.getByLabel('Update graph (service or file)');
  const usual = await graph.inputValue();
  expect(usual).toMatch(/^https:/);
  await graph.fill('');
  await graph.blur();
  await expect(graph).toHaveValue(usual);
});

test('a plan is of what is saved: a save ends it, and what it is compared with stays chosen', async ({
  page,
  scripted,
}) => {
  const { script } = realSets();
  await scripted(script, '#/mirror/sets/edge?tab=plan');
  const compare = page.getByRole('combobox', { name: 'Compare with the registry' });
  await compare.selectOption('north');
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await expect(page.getByRole('button', { name: /^Pull \d/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Form' }).click();
  await platforms(page).fill('linux/arm64');
  await platforms(page).blur();
  await save(page).click();
  await expect(page.getByText('edge is saved.')).toBeVisible();
  await page.getByRole('tab', { name: 'Plan' }).click();
  await expect(page.getByRole('button', { name: 'Make the plan' })).toBeVisible();
  await expect(compare).toHaveValue('north');
});

test('fields that are changed one after the other all stay, however slowly the text is read', async ({
  page,
  scripted,
}) => {
  const setIn = (yaml: string) => /^# set (.+)$/m.exec(yaml)?.[1];
  const { set: first } = await fullScript(3)['mirror.check']!({ yaml: setYaml });
  const texts: string[] = [];
  await scripted(
    {
      ...fullScript(3),
      // The answer for a text comes when the next field is changed already.
      'mirror.check': async ({ yaml }) => {
        await setTimeout(300);
        const written = setIn(yaml);
        return { findings: [], set: written ? JSON.parse(written) : first, sentence: '' };
      },
      'mirror.write': async ({ set, yaml }) => {
        await setTimeout(400);
        texts.push(`${yaml.replace(/^# set .*\n/m, '')}# set ${JSON.stringify(set)}\n`);
        return { yaml: texts.at(-1) ?? '' };
      },
    },
    '#/mirror/sets/edge',
  );
  await page.getByRole('textbox', { name: 'Image set as YAML' }).click();
  await page.keyboard.insertText('# For the north.\n');
  await page.getByRole('tab', { name: 'Form' }).click();
  const kubevirt = page.getByLabel('Also each release’s disk image for KubeVirt machines', { exact: false });
  const driver = page.getByLabel('Only each release’s driver toolkit, not the whole payload');
  const platforms = page.getByLabel('Platforms to take', { exact: false });
  await kubevirt.check();
  await page.waitForTimeout(600); // the text as it was before, or as it is now, is read meanwhile
  await driver.check();
  await platforms.fill('linux/arm64');
  await platforms.blur();
  await expect
    .poll(() => JSON.parse(setIn(texts.at(-1) ?? '') ?? '{}'))
    .toMatchObject({ releases: { kubevirt: true, components: ['driver-toolkit'] }, platforms: ['linux/arm64'] });
  await page.waitForTimeout(1_200); // every answer has come
  await expect(kubevirt).toBeChecked();
  await expect(driver).toBeChecked();
  await expect(platforms).toHaveValue('linux/arm64');
});

test('the last architecture cannot be taken away', async ({ page, scripted }) => {
  const { script, saved } = realSets();
  await scripted(script, form);
  const tick = (name: string) => page.getByLabel(name, { exact: true });
  await page.getByRole('button', { name: 'Take releases' }).click();
  await expect(tick('amd64')).toBeDisabled();
  await tick('arm64').check();
  await tick('amd64').uncheck();
  await expect(tick('arm64')).toBeDisabled();
  await save(page).click();
  await expect.poll(() => saved.at(-1)).toContain('- arm64');
  expect(saved.at(-1)).not.toContain('amd64');
});
