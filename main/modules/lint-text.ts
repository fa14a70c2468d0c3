import { type Document, isMap, isScalar, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Finding } from '../../shared/contract/modules.ts';

export type Path = readonly (string | number)[];

/** How a field is named to people: spec.moduleSpec.moduleLoader.container.kernelMappings[0].regexp. */
export const fieldName = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** Collects findings; `path` leads to the place in the text. */
export type Say = (
  severity: Finding['severity'],
  rule: string,
  path: Path,
  message: string,
  remedy: string,
  spokes?: readonly string[],
) => void;

/** A text under the lint: its value (undefined when it is not YAML), the findings so far, and how to add one. */
export interface LintText {
  value: unknown;
  findings: Finding[];
  say: Say;
}

/** The node at a path, or that of the nearest parent that is there; for a map entry the place of its key. */
function place(doc: Document | undefined, path: Path): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = doc?.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair) return pair.key as Node;
    } else {
      const node = doc?.getIn(path.slice(0, length), true) as Node | undefined;
      if (node?.range) return node;
    }
  }
  return (doc?.contents as Node | null) ?? undefined;
}

/** Reads a text as one YAML document. What is wrong with it is a finding with its line, never an exception. */
export function readText(text: string): LintText {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: true,
    uniqueKeys: true,
    logLevel: 'error',
  });
  const docs = 'empty' in parsed ? [] : parsed.filter((doc) => doc.contents !== null || doc.errors.length > 0);
  const doc = docs[0];
  const findings: Finding[] = [];
  const at = (offset: number | undefined) => {
    if (offset === undefined) return {};
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const say: Say = (severity, rule, path, message, remedy, spokes = []) => {
    const node = place(doc, path);
    findings.push({
      severity,
      rule,
      field: fieldName(path),
      message,
      remedy,
      spokes: [...spokes],
      ...at(node?.range?.[0]),
    });
  };
  for (const each of docs) {
    for (const { message, pos } of each.errors) {
      findings.push({
        severity: 'error',
        rule: 'yaml.syntax',
        field: '',
        message: `Not valid YAML: ${message.split('\n')[0]}`,
        remedy: 'Correct this line; indentation and quotes are the usual causes.',
        spokes: [],
        ...at(pos[0]),
      });
    }
  }
  if (findings.length > 0) return { value: undefined, findings, say };
  if (docs.length > 1) {
    const second = (docs[1]?.contents as Node | null)?.range?.[0];
    findings.push({
      severity: 'error',
      rule: 'yaml.many',
      field: '',
      message: 'The text holds more than one object.',
      remedy: 'Keep the ManagedClusterModule here; make the other objects on the hub on their own.',
      spokes: [],
      ...at(second),
    });
  }
  return { value: toValue(doc), findings, say };
}

/** Aliases may blow a small text up to a huge value: the parser's limit on them counts as a fault of the text. */
function toValue(doc: Document | undefined): unknown {
  try {
    return doc?.toJS({ maxAliasCount: 50 }) as unknown;
  } catch {
    return undefined;
  }
}
