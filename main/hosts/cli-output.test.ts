import { expect, test } from 'vitest';
import { clean, exitCode, human, table } from './cli-output.ts';

const code = (name: string) => exitCode({ code: name, message: '', remedy: '' });

test.each([
  ['input.invalid', 2],
  ['kubeconfig.notYaml', 2],
  ['hub.unreachable', 3],
  ['kube.certificateExpired', 3],
  ['kube.forbidden', 4],
  ['module.lint', 4],
  ['home.held', 5],
  ['store.newer', 5],
  ['internal', 1],
])('%s ends with %i', (name, expected) => expect(code(name)).toBe(expected));

test('a list becomes a table with a column for each key', () => {
  expect(
    table([
      { name: 'a', labels: { x: '1' } },
      { name: 'longer', n: 2 },
    ]),
  ).toBe('  NAME    LABELS  N\n  a       x=1\n  longer          2');
});

test('terminal escapes of a cluster never reach the terminal', () => {
  expect(clean('\u001b[2J\u009b1mred\u0007')).toBe(' [2J 1mred ');
  expect(table([{ name: '\u001b]0;title\u0007' }])).not.toContain('\u001b');
});

test('one long text stays as it is', () => {
  expect(human({ yaml: 'a: 1\nb: 2\n' })).toBe('a: 1\nb: 2\n');
});
