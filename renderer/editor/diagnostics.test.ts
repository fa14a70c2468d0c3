import { Text } from '@codemirror/state';
import { expect, it } from 'vitest';
import { diagnosticsOf, sortFindings } from './diagnostics.ts';

const doc = Text.of(['a: 1', '  b: 2', '']);
const finding = { severity: 'error' as const, rule: 'r', field: 'b', message: 'm', remedy: 'do', spokes: [] };

it('marks from the column, or the text of the line, and stays inside the text', () => {
  expect(diagnosticsOf([{ ...finding, line: 2, column: 3 }], doc)[0]).toMatchObject({ from: 7, to: 11, source: 'r' });
  expect(diagnosticsOf([{ ...finding, line: 2 }], doc)[0]).toMatchObject({ from: 7, to: 11 });
  expect(diagnosticsOf([finding], doc)[0]).toMatchObject({ from: 0, to: 4 });
  expect(diagnosticsOf([{ ...finding, line: 99, column: 50 }], doc)[0]).toMatchObject({ from: 12, to: 12 });
});

it('puts errors first, then the order of the text', () => {
  const sorted = sortFindings([
    { ...finding, severity: 'info', line: 1 },
    { ...finding, line: 9 },
    { ...finding, line: 2 },
    { ...finding, severity: 'warning' },
  ]);
  expect(sorted.map(({ severity, line }) => `${severity}${line ?? ''}`)).toEqual([
    'error2',
    'error9',
    'warning',
    'info1',
  ]);
});
