import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { Finding } from '../../shared/contract/modules.ts';
import { inWindowText } from '../words/in-window.ts';

/** Findings as marks in the text; one without a line marks the first. A line beyond the text (it was just edited) marks the last. */
export function diagnosticsOf(findings: readonly Finding[], doc: Text): Diagnostic[] {
  return findings.map((finding) => {
    const line = doc.line(Math.min(Math.max(1, finding.line ?? 1), doc.lines));
    const start = line.from + Math.min(Math.max(0, (finding.column ?? 1) - 1), line.length);
    const indent = line.from + (line.text.length - line.text.trimStart().length);
    return {
      from: finding.column === undefined ? indent : start,
      to: Math.max(line.to, start),
      severity: finding.severity,
      source: finding.rule,
      message: `${finding.message}${finding.remedy ? `\n${inWindowText(finding.remedy)}` : ''}`,
    };
  });
}

/** Errors first, then as they stand in the text. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const order = { error: 0, warning: 1, info: 2 };
  return [...findings].sort((a, b) => order[a.severity] - order[b.severity] || (a.line ?? 0) - (b.line ?? 0));
}
