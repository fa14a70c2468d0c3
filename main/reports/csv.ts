import type { ReportModel } from '../../shared/contract/install.ts';

/** A value that a spreadsheet would run as a formula is marked as text with an apostrophe (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/** One field of RFC 4180. Numbers stay numbers, null is an empty field. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The per-spoke table as RFC 4180 (CRLF, header line). Seconds are numbers, times RFC 3339 UTC. */
export function reportCsv({ module, spokes }: ReportModel): string {
  const head = [
    'spoke',
    'module',
    'state',
    'kernel',
    'openshift',
    'kmm_seconds',
    'load_seconds',
    'proven_at',
    'reason',
  ];
  const lines = spokes.map((row) => [
    row.spoke,
    module,
    row.state,
    row.kernel,
    row.openshift,
    row.kmmSeconds,
    row.loadSeconds,
    row.provenAt,
    row.reason,
  ]);
  return [head, ...lines].map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}
