import { expect, test } from 'vitest';
import { exitCode, faultText, human, table } from './cli-output.ts';
import { clean } from './cli-text.ts';

const code = (name: string) => exitCode({ code: name, message: '', remedy: '' });

test.each([
  ['input.invalid', 2],
  ['kubeconfig.notYaml', 2],
  ['hub.unreachable', 3],
  ['kube.certificateExpired', 3],
  ['kube.forbidden', 4],
  ['module.lint', 4],
  ['spoke.unknown', 2],
  ['delivery.unknown', 2],
  ['module.confirm', 2],
  ['hub.exists', 2],
  ['hub.otherServer', 2],
  ['delivery.running', 4],
  ['install.conflict', 4],
  ['home.held', 5],
  ['store.newer', 5],
  ['inventory.untrusted', 4],
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

test('a sentence is never cut, wide columns come last, empty ones not at all', () => {
  const sentence = 'May not apply modules: the right to create managedclustermodules is missing on this hub.';
  expect(table([{ feature: 'apply', sentence, nothing: '', allowed: 'no' }])).toBe(
    `  FEATURE  ALLOWED  SENTENCE\n  apply    no       ${sentence}`,
  );
});

test('objects inside objects are indented, counts stay on a line', () => {
  expect(human({ hub: { state: 'installed', sentence: 'It runs.' }, states: { proven: 2, failed: 1 }, rows: [] })).toBe(
    'hub:\n  state: installed\n  sentence: It runs.\nstates: proven=2 failed=1\nrows: none',
  );
});

test('texts of several lines are shown, without what a terminal would obey', () => {
  expect(human({ yaml: 'a: \u001b[31m1\nb: 2', seenAt: 'now' })).toBe('yaml:\na:  [31m1\nb: 2\nseenAt: now');
});

test('changes are shown as a diff, once', () => {
  const diff = { kind: 'Policy', namespace: 'ns', name: 'p', change: 'update', conflicts: [] };
  const before = 'a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n';
  const shown = human({ diffs: [{ ...diff, before, after: before.replace('2', '9') }], total: 1, yaml: 'never' });
  expect(shown).toBe('update Policy ns/p\n    a: 1\n  - b: 2\n  + b: 9\n    c: 3\n    d: 4\n    e: 5\n    …\ntotal: 1');
  expect(human({ diffs: [{ ...diff, before, after: before, change: 'none' }], total: 2, yaml: 'a: 1' })).toContain(
    'a: 1',
  );
});

test('a fault names its field once', () => {
  const fault = { code: 'input.invalid', message: 'where: wrong', remedy: 'Correct it.', field: 'where' };
  expect(faultText(fault)).toBe('where: wrong\n  Correct it.\n  (input.invalid)');
  expect(faultText({ ...fault, message: 'Wrong.' })).toBe('where: Wrong.\n  Correct it.\n  (input.invalid)');
});

test('bytes and times are told in words a person reads', () => {
  const run = { bytes: 1_500_000, bytesPerSecond: 3 * 2 ** 20, secondsLeft: 7500, images: 3 };
  expect(human(run)).toBe('bytes: 1.5 MB\nbytesPerSecond: 3.1 MB/s\nsecondsLeft: 2 h 5 min\nimages: 3');
  expect(table([{ name: 'a', ownBytes: 2048 }])).toBe('  NAME  OWNBYTES\n  a     2.0 kB');
});

test('lists and faults within a row stay readable', () => {
  const fault = { code: 'site.tls', message: 'It is unknown.', remedy: 'Give a CA.', field: 'ca', about: ['x'] };
  expect(table([{ name: 'a', abilities: [{ able: 'yes' }, { able: 'no' }], fault }])).toBe(
    '  NAME  ABILITIES  FAULT\n  a     2          It is unknown. Give a CA. (site.tls)',
  );
});

test('a number that is not known yet is said to be so, in lines and in tables', () => {
  expect(human({ name: 'edge', images: null, seconds: null })).toBe('name: edge\nimages: not looked at yet');
  expect(table([{ name: 'catalog', bytes: null, siteBytes: null }])).toMatch(/catalog +not known yet$/);
});
