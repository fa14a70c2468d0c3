import { expect, it } from 'vitest';
import { optionsAt } from './completion.ts';
import { rootSchema } from './schema-path.ts';

const root = rootSchema({
  type: 'object',
  required: ['selector'],
  properties: {
    selector: { type: 'object', description: 'Which clusters.' },
    spokeNamespace: { type: 'string' },
    insecure: { type: 'boolean' },
    policy: { enum: ['Always', 'Never'] },
  },
});
const labels = (text: string) => optionsAt(root, text, text.length)?.options.map(({ label }) => label);

it('offers keys with type, description and the right ending', () => {
  const found = optionsAt(root, 'spec:\n  sel', 11);
  expect(found?.from).toBe(8);
  expect(found?.options.find(({ label }) => label === 'selector')).toMatchObject({
    apply: 'selector:',
    info: 'Which clusters.',
    boost: 1,
  });
  expect(found?.options.find(({ label }) => label === 'spokeNamespace')).toMatchObject({
    apply: 'spokeNamespace: ',
    detail: 'string',
  });
});

it('offers values where the schema names them and nothing where it does not', () => {
  expect(labels('spec:\n  policy: ')).toEqual(['Always', 'Never']);
  expect(labels('spec:\n  insecure: t')).toEqual(['true', 'false']);
  expect(labels('kind: ')).toEqual(['ManagedClusterModule']);
  expect(labels('spec:\n  spokeNamespace: ')).toBeUndefined();
  expect(labels('spec:\n  nowhere:\n    ')).toBeUndefined();
});
