import type { Fault } from '../../shared/fault.ts';

/**
 * What exit codes mean: 0 done; 1 failed; 2 the input is wrong; 3 the hub can't be reached or won't let us in;
 * 4 refused: a right is missing, a conflict, a lint error; 5 the home is held by another instance or its store can't be used.
 */
export function exitCode({ code }: Fault): number {
  const rules: [RegExp, number][] = [
    [/^(input|call|kubeconfig|lab\.unknownScenario|hub\.unknown|object\.unknown)/, 2],
    [/^(hub\.(forbidden|noRights)|kube\.(forbidden|conflict|applyConflict|invalid)|module\.|install\.|delivery\.)/, 4],
    [/^(hub|kube|lab|web)\./, 3],
    [/^(home|store)\./, 5],
  ];
  return rules.find(([pattern]) => pattern.test(code))?.[1] ?? 1;
}

/** A fault for a person at a terminal: sentence, remedy, code. */
export function faultText(fault: Fault): string {
  const about = fault.about?.length
    ? `\n  about: ${fault.about.slice(0, 10).join(', ')}${fault.about.length > 10 ? ', …' : ''}`
    : '';
  return `${fault.field ? `${fault.field}: ` : ''}${fault.message}\n  ${fault.remedy}${about}\n  (${fault.code})`;
}

/** A value for a person: lists of objects become tables, objects lines, long text stays as it is. No colours. */
export function human(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  return entries
    .map(([key, inner]) => {
      if (Array.isArray(inner)) return inner.length === 0 ? `${key}: none` : `${key}:\n${table(inner)}`;
      if (typeof inner === 'string' && inner.includes('\n')) return entries.length === 1 ? inner : `${key}:\n${inner}`;
      if (typeof inner === 'object' && inner !== null) return `${key}: ${flat(inner)}`;
      return `${key}: ${inner}`;
    })
    .join('\n');
}

function flat(value: unknown): string {
  if (Array.isArray(value)) return value.map(flat).join(',');
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([key, inner]) => `${key}=${flat(inner)}`)
    .join(' ');
}

/** Columns as wide as their widest cell, at most 60 characters; control characters never reach the terminal. */
export function table(rows: readonly unknown[]): string {
  if (rows.some((row) => typeof row !== 'object' || row === null))
    return rows.map((row) => `  ${flat(row)}`).join('\n');
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
  const cells = rows.map((row) => keys.map((key) => clean(flat((row as Record<string, unknown>)[key])).slice(0, 60)));
  const widths = keys.map((key, at) => Math.max(key.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const line = (parts: readonly string[]) =>
    `  ${parts.map((part, at) => part.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  return [line(keys.map((key) => key.toUpperCase())), ...cells.map(line)].join('\n');
}

/** Terminal escapes in names or messages from a cluster (CVE-2021-25743) are replaced, never printed. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
