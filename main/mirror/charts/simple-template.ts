/** What `.Values` and `.Chart` are for an expression. */
export interface TemplateScope {
  Values: unknown;
  Chart: Record<string, unknown>;
}

/**
 * Fills a line such as `"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"`. It knows paths, texts,
 * `default`, `quote`, `trim` and `toString`; anything else makes the line undefined, because a guess would be a wrong image.
 */
export function fillExpression(line: string, scope: TemplateScope): string | undefined {
  let isSure = true;
  const filled = line.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, expression: string) => {
    const value = evaluate(expression, scope);
    if (value === undefined) isSure = false;
    return value ?? '';
  });
  const text = filled
    .replace(/\s+#.*$/, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
  return isSure && !text.includes('{{') && text !== '' ? text : undefined;
}

function evaluate(expression: string, scope: TemplateScope): string | undefined {
  const [first = '', ...pipes] = expression.split('|').map((part) => part.trim());
  let value = term(first, scope);
  for (const pipe of pipes) {
    const fallback = /^default\s+(.+)$/.exec(pipe)?.[1];
    if (fallback) value = value || term(fallback, scope);
    else if (!['quote', 'squote', 'trim', 'toString'].includes(pipe)) return undefined;
  }
  return value;
}

/** A path, a text, or `default A B`. */
function term(text: string, scope: TemplateScope): string | undefined {
  const quoted = /^"([^"]*)"$/.exec(text);
  if (quoted) return quoted[1];
  const call = /^default\s+(\S+)\s+(\S+)$/.exec(text);
  if (call) return term(call[2]!, scope) || term(call[1]!, scope);
  const inner = /^\((.*)\)$/.exec(text)?.[1];
  if (inner !== undefined) return evaluate(inner, scope);
  const path = /^\$?\.((?:Values|Chart)(?:\.[A-Za-z_]\w*)+)$/.exec(text)?.[1];
  if (!path) return undefined;
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], scope);
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : value === undefined || value === null
      ? ''
      : undefined;
}
