import { expect, test } from 'vitest';
import type { RunItem } from '../../store/runs.ts';
import { onlyRetried } from './retried.ts';

/** A run whose images failed or came, by their names then. */
function noted(failed: string[], done: string[], now: string[]) {
  const item = (state: RunItem['state']) => (name: string, seq: number) => ({ seq, name, state, bytes: 0, wanted: {} });
  const all = [...failed.map(item('failed')), ...done.map(item('done'))];
  const runs = {
    items: (_: string, state?: RunItem['state'] | null) => all.filter((each) => !state || each.state === state),
    get: () => undefined,
  };
  const { items, note } = onlyRetried(
    runs,
    'r1',
    now.map((name) => ({ name })),
  );
  return { names: items.map(({ name }) => name), note };
}
const at = (name: string, digit: string) => `${name}@sha256:${digit.repeat(64)}`;

test('a tag that has its digest by now is what failed, not something new', () => {
  expect(noted(['r/a:1', 'r/b:1'], [], [at('r/a:1', '1'), at('r/b:1', '2')])).toEqual({
    names: [at('r/a:1', '1'), at('r/b:1', '2')],
    note: 'Looked up anew and retried: 2 of 2 that failed.',
  });
});

test('what stays is counted in words, one of it as one', () => {
  const done = [at('r/c:1', '3')];
  expect(noted(['stable-4.12'], done, [at('r/a', '1'), at('r/b', '2'), ...done])).toEqual({
    names: [at('r/a', '1'), at('r/b', '2')],
    note: 'Looked up anew and retried: 0 of 1 that failed, and 2 not known then; the other one was left as it is.',
  });
});
