import { z } from 'zod';
import { ObjectDiff } from '../../shared/contract/common.ts';
import type { Fault } from '../../shared/fault.ts';
import { bytesText, timeText } from '../../shared/rules/amount-text.ts';
import { objectDiff } from './cli-diff.ts';
import { clean, cleanLines as lines } from './cli-text.ts';

const ObjectDiffs = z.array(ObjectDiff);

/**
 * What exit codes mean: 0 done; 1 failed; 2 the input is wrong; 3 the hub can't be reached or won't let us in;
 * 4 refused: a right is missing, a conflict, a lint error, a bundle that must not be trusted; 5 the home is held by another instance or its store can't be used.
 */
export function exitCode({ code }: Fault): number {
  const rules: [RegExp, number][] = [
    [
      /^(input|call|kubeconfig|set|plan|run|reference|site)\.|\.(unknown|unknownScenario|exists|otherServer|notYaml|confirm|kind)$|^shell\./,
      2,
    ],
    [
      /^(hub\.(forbidden|consentNeeded|twoNamespaces)|kube\.(forbidden|conflict|applyConflict|invalid)|module\.|install\.|delivery\.|mirror\.|bundle\.|inventory\.|push\.|catalog\.|registry\.(forbidden|unauthorized|quota))/,
      4,
    ],
    [/^(hub|kube|lab|web|registry|fetch)\./, 3],
    [/^(home|store)\./, 5],
  ];
  return rules.find(([pattern]) => pattern.test(code))?.[1] ?? 1;
}

/** A fault for a person at a terminal: sentence, remedy, code. */
export function faultText({ code, field, message, remedy, about = [] }: Fault): string {
  const names = about.length ? `\n  about: ${about.slice(0, 10).join(', ')}${about.length > 10 ? ', …' : ''}` : '';
  const where = field && !message.startsWith(`${field}:`) ? `${field}: ` : '';
  return `${where}${message}\n  ${remedy}${names}\n  (${code})`;
}

/** A value for a person: lists of objects become tables, objects lines, changes a diff, long text stays as it is. No colours. */
export function human(value: unknown): string {
  if (typeof value !== 'object' || value === null) return lines(String(value));
  const entries = Object.entries(value).filter(
    ([key, inner]) => inner !== '' && (inner !== null || key in unknownText),
  );
  const only = entries.length === 1 ? entries[0]?.[1] : undefined;
  if (typeof only === 'string' && only.includes('\n')) return lines(only);
  const diffs = 'diffs' in value ? ObjectDiffs.safeParse(value.diffs).data : undefined;
  return (
    entries
      // What the diffs show whole is not shown twice.
      .filter(([key]) => key !== 'yaml' || diffs === undefined || diffs.length < (value as { total: number }).total)
      .map(([key, inner]) => (key === 'diffs' && diffs ? diffs.map(objectDiff).join('\n') : entry(key, inner)))
      .join('\n')
  );
}

function entry(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? `${key}: none` : `${key}:\n${table(value)}`;
  if (typeof value === 'string') return value.includes('\n') ? `${key}:\n${lines(value)}` : `${key}: ${clean(value)}`;
  if (typeof value !== 'object' || value === null) return `${key}: ${amount(key, value)}`;
  const inner = Object.values(value);
  if (inner.length === 0) return `${key}: none`;
  if (inner.every((one) => typeof one !== 'object' && !/\s/.test(String(one)))) return `${key}: ${clean(flat(value))}`;
  return `${key}:\n${human(value).replace(/^/gm, '  ')}`;
}

/** What no number is for not yet; other numbers that are null are left out. */
const unknownText: Readonly<Record<string, string>> = { images: 'not looked at yet', bytes: 'not known yet' };

/** Numbers that are bytes or seconds, by their names, as people read them. */
function amount(key: string, value: unknown): string {
  if (value === null) return unknownText[key] ?? '';
  if (typeof value !== 'number') return String(value ?? '');
  if (key === 'bytesPerSecond') return `${bytesText(value)}/s`;
  if (/bytes$/i.test(key) || /^bytes[A-Z]/.test(key)) return bytesText(value);
  return key === 'seconds' || key === 'secondsLeft' ? timeText(value) : String(value);
}

function flat(value: unknown, name = ''): string {
  // A list within a row is too much for a line: how many there are; the row's own call shows them.
  if (Array.isArray(value) && value.some((inner) => typeof inner === 'object')) return String(value.length);
  if (Array.isArray(value)) return value.map((inner) => flat(inner)).join(',');
  if (isFault(value)) return `${value.message} ${value.remedy} (${value.code})`;
  if (typeof value === 'string' && value.includes('\n')) return `(${value.trimEnd().split('\n').length} lines)`;
  if (typeof value !== 'object' || value === null) return amount(name, value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}=${flat(inner, key)}`)
    .join(' ');
}

const isFault = (value: unknown): value is Fault =>
  (['code', 'message', 'remedy'] as const).every((key) => typeof Object(value)[key] === 'string');

/** Wider columns, such as sentences, come last, so that those before them stay in line. */
const wide = 48;

/** A column for each key that has a value somewhere; nothing is cut, and control characters never reach the terminal. */
export function table(rows: readonly unknown[]): string {
  if (rows.some((row) => typeof row !== 'object' || row === null))
    return rows.map((row) => `  ${clean(flat(row))}`).join('\n');
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row as object)))]
    .map((key) => {
      const cells = rows.map((row) => clean(flat((row as Record<string, unknown>)[key], key)));
      return { key, cells, width: Math.max(key.length, ...cells.map(({ length }) => length)) };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const ordered = [...columns.filter(({ width }) => width <= wide), ...columns.filter(({ width }) => width > wide)];
  const line = (cell: (column: (typeof ordered)[number]) => string) =>
    `  ${ordered.map((column) => cell(column).padEnd(column.width)).join('  ')}`.trimEnd();
  return [line(({ key }) => key.toUpperCase()), ...rows.map((_, at) => line(({ cells }) => cells[at] ?? ''))].join(
    '\n',
  );
}
