import { fault } from '../shared/fault.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { fullScript } from './scripted/script.ts';
import { scriptedHub } from './scripted/shell-script.ts';

test('a token that ran out: the hub page says so and takes a fresh kubeconfig', async ({ page, scripted }) => {
  const why = fault(
    'kube.unauthorized',
    'The token of this kubeconfig ended at 2026-11-22T18:00:05Z: the hub takes it no more.',
    'Log in to the hub again, then give this hub the fresh kubeconfig.',
  ).fault;
  let mended = false;
  const given: unknown[] = [];
  const hub = () => scriptedHub({ practice: false, phase: 'live', ...(!mended && { fault: why }) });
  await scripted(
    {
      ...fullScript(5),
      'hubs.list': () => ({ hubs: [hub()] }),
      'hubs.renew': (input) => {
        given.push(input);
        if (!('context' in (input as object))) {
          throw fault(
            'hub.otherServer',
            'The context other leads to https://other.',
            'Choose the context of this hub.',
            {
              field: 'context',
              about: ['other', 'field'],
            },
          );
        }
        mended = true;
        return hub();
      },
      'hubs.connect': () => hub(),
    },
    '#/hub/practice',
  );
  await expect(page.getByText('The token of this kubeconfig ended at')).toBeVisible();
  await page.getByRole('button', { name: 'Fresh kubeconfig…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Paste it' }).click();
  await dialog.getByRole('textbox', { name: 'Kubeconfig' }).fill('kind: Config');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Use it and connect' }).click();
  await expect(dialog.getByText('The context other leads to https://other.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Context' }).selectOption('field');
  await dialog.getByRole('button', { name: 'Use it and connect' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('The token of this kubeconfig ended at')).toBeHidden();
  expect(given).toEqual([
    { hub: 'practice', source: { text: 'kind: Config' } },
    { hub: 'practice', source: { text: 'kind: Config' }, context: 'field' },
  ]);
});
