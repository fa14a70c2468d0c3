import { LineCounter, parseDocument } from 'yaml';
import { fault } from '../../shared/fault.ts';
import { KubeconfigText } from './kubeconfig-shape.ts';

/** Names list entries by their `name`, as people know them: `users[admin].user.token`. */
function fieldOf(path: readonly PropertyKey[], value: unknown): string {
  let at = value;
  let field = '';
  for (const step of path) {
    at = at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[step] : undefined;
    if (typeof step === 'number') {
      const name = at !== null && typeof at === 'object' ? (at as { name?: unknown }).name : undefined;
      field += `[${typeof name === 'string' ? name : step}]`;
    } else field += field === '' ? String(step) : `.${String(step)}`;
  }
  return field;
}

/**
 * Reads one kubeconfig (YAML or JSON). `file` is its path, or what to call pasted text.
 * Faults: kubeconfig.notYaml (with line and column), kubeconfig.invalid (with the field).
 */
export function parseKubeconfig(content: string, file: string): KubeconfigText {
  const lineCounter = new LineCounter();
  const document = parseDocument(content, { lineCounter, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw fault(
      'kubeconfig.notYaml',
      `${file} is not YAML: line ${line}, column ${col}: ${problem.message}`,
      'Correct this line, or take a fresh kubeconfig from the hub.',
      { field: file },
    );
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // Too many aliases: a file made to fill the memory.
    const reason = error instanceof Error ? error.message : String(error);
    throw fault('kubeconfig.notYaml', `${file} cannot be read: ${reason}`, 'Take a fresh kubeconfig from the hub.', {
      field: file,
      cause: error,
    });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw fault(
      'kubeconfig.notYaml',
      `${file} is not a kubeconfig: it holds ${value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : 'plain text'}, not fields.`,
      'Choose a file with clusters, users and contexts, such as ~/.kube/config.',
      { field: file },
    );
  }
  const parsed = KubeconfigText.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = fieldOf(issue?.path ?? [], value);
    throw fault(
      'kubeconfig.invalid',
      `${file}: ${field || 'the file'}: ${issue?.message ?? 'wrong shape'}.`,
      `Correct ${field || 'the file'} in ${file}.`,
      { field, cause: parsed.error },
    );
  }
  return parsed.data;
}
