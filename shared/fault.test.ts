import { expect, test } from 'vitest';
import { z } from 'zod';
import { fault, toFault } from './fault.ts';

const told = (schema: z.ZodType, value: unknown) => toFault(schema.safeParse(value).error).message;

test('a fault that is handed on stays what it is', () => {
  const value = fault('bundle.missing', 'It is not here.', 'Insert it.').fault;
  expect(toFault(value)).toEqual(value);
  expect(toFault(new Error('odd'))).toMatchObject({ code: 'internal', message: 'odd' });
  expect(toFault({ code: 'x' })).toMatchObject({ code: 'internal' });
});

test('what is wrong with an input is told without the words of a library', () => {
  const schema = z.strictObject({ since: z.enum(['full', 'inventory']), size: z.number().min(5).max(9) });
  expect(told(schema, { size: 6 })).toBe('since must be one of full, inventory.');
  expect(told(schema, { since: 'full' })).toBe('size is missing.');
  expect(told(schema, { since: 'full', size: 1 })).toBe('size must be at least 5.');
  expect(told(schema, { since: 'full', size: 10 })).toBe('size must be at most 9.');
  expect(told(z.object({ name: z.string().min(1) }), { name: '' })).toBe('name is empty.');
});
