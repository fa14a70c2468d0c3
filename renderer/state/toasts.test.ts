import { expect, it } from 'vitest';
import { addToast, type Toast } from './toasts.ts';

const toast = (id: number, title: string, code = ''): Toast => ({ id, tone: 'danger', title, body: '', code });

it('shows the same fault once and at most four', () => {
  let list: Toast[] = [];
  for (let id = 0; id < 9; id++) list = addToast(list, toast(id, 'The engine is away', 'engine.away'));
  expect(list.map(({ id }) => id)).toEqual([8]);
  for (let id = 10; id < 16; id++) list = addToast(list, toast(id, `fault ${id}`));
  expect(list.map(({ id }) => id)).toEqual([12, 13, 14, 15]);
});
