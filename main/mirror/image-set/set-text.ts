import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { SetFinding } from '../../../shared/contract/image-set.ts';

export type Path = readonly (string | number)[];

/** Adds a finding at a path of the text. */
export type Say = (severity: SetFinding['severity'], path: Path, message: string, remedy: string) => void;

/** A YAML text under check: its value (undefined when it is no YAML), what was found, and how to add to it. */
export interface SetText {
  value: unknown;
  findings: SetFinding[];
  say: Say;
}

/** Reads one YAML document. What is wrong with it is a finding with line and column (from 1), never an exception. */
export function readSetText(text: string): SetText {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: true, logLevel: 'error' });
  const findings: SetFinding[] = [];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const say: Say = (severity, path, message, remedy) => {
    findings.push({ severity, field: path.join('.'), message, remedy, ...at(placeOf(doc, path)) });
  };
  for (const { code, message, pos } of doc.errors) {
    if (code === 'MULTIPLE_DOCS') {
      const remedy = 'Keep one image set in a file: take away what stands from this line on.';
      findings.push({ severity: 'error', field: '', message: 'A second document begins here.', remedy, ...at(pos[0]) });
      continue;
    }
    findings.push({
      severity: 'error',
      field: '',
      message: `Not valid YAML: ${message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}.`,
      remedy: 'Correct this line; indentation and quotes are the usual causes.',
      ...at(pos[0]),
    });
  }
  if (findings.length > 0) return { value: undefined, findings, say };
  try {
    return { value: doc.toJS({ maxAliasCount: 50 }) as unknown, findings, say };
  } catch {
    say('error', [], 'The YAML aliases in this text multiply without end.', 'Write the values out.');
    return { value: undefined, findings, say };
  }
}

/** The offset of the node at a path, or of its nearest parent that is there; for a map entry that of its key. */
function placeOf(doc: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? doc.contents : doc.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      const offset = (pair?.key as Node | undefined)?.range?.[0];
      if (offset !== undefined) return offset;
    } else {
      const offset = (doc.getIn(path.slice(0, length), true) as Node | undefined)?.range?.[0];
      if (offset !== undefined) return offset;
    }
  }
  return (doc.contents as Node | null)?.range?.[0] ?? 0;
}
