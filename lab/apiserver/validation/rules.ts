import { ensure } from '../ensure.ts';
import type { FieldFault } from '../errors.ts';
import { isRecord, same } from '../same.ts';

/** An entry of x-kubernetes-validations. */
export interface Rule {
  rule: string;
  message?: string;
}

type Term = (self: unknown) => unknown;

const tokens = /\s*(has\(|&&|\|\||==|!=|!|\(|\)|self(?:\.\w+)*|true|false|'[^']*'|"[^"]*"|-?\d+)/y;

function lex(text: string): string[] | undefined {
  const found: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.trimEnd().length) {
    const match = tokens.exec(text);
    if (!match) return undefined;
    found.push(match[1]!);
  }
  return found;
}

function read(self: unknown, path: string): unknown {
  let value = self;
  for (const key of path.split('.').slice(1)) value = isRecord(value) ? value[key] : undefined;
  return value;
}

/** Recursive descent over `||`, `&&`, `==`, `!=`, `!`, parentheses, has(), field paths and literals. */
function compile(text: string): Term | undefined {
  const list = lex(text);
  if (!list) return undefined;
  let at = 0;
  const either = (): Term => {
    let left = both();
    while (list[at] === '||') {
      at += 1;
      const [first, second] = [left, both()];
      left = (self) => first(self) === true || second(self) === true;
    }
    return left;
  };
  const both = (): Term => {
    let left = equal();
    while (list[at] === '&&') {
      at += 1;
      const [first, second] = [left, equal()];
      left = (self) => first(self) === true && second(self) === true;
    }
    return left;
  };
  const equal = (): Term => {
    const left = single();
    const sign = list[at];
    if (sign !== '==' && sign !== '!=') return left;
    at += 1;
    const right = single();
    return (self) => same(left(self), right(self)) === (sign === '==');
  };
  const single = (): Term => {
    const token = list[at++];
    if (token === undefined) throw new SyntaxError('the rule ends too early');
    if (token === '!') {
      const inner = single();
      return (self) => inner(self) !== true;
    }
    if (token === '(' || token === 'has(') {
      const path = list[at] ?? '';
      const inner = either();
      if (list[at++] !== ')') throw new SyntaxError('a parenthesis is missing');
      return token === '(' ? inner : (self) => read(self, path) !== undefined;
    }
    if (token.startsWith('self')) return (self) => read(self, token);
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (/^['"]/.test(token)) return () => token.slice(1, -1);
    if (/^-?\d/.test(token)) return () => Number(token);
    throw new SyntaxError(`${token} was not expected`);
  };
  try {
    const term = either();
    return at === list.length ? term : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const compiled = new Map<string, { term: Term | undefined }>();

/**
 * Faults of a value by its CEL rules. Only the part of CEL named at `compile` is understood, which is all that KMM's
 * kinds use; any other rule is taken as fulfilled.
 */
export function checkRules(value: unknown, rules: readonly Rule[], path: string): FieldFault[] {
  return rules.flatMap(({ rule, message }) => {
    const { term } = ensure(compiled, rule, () => ({ term: compile(rule) }));
    if (!term || term(value) === true) return [];
    const type = Array.isArray(value) ? 'array' : typeof value;
    const text = message ?? `failed rule: ${rule}`;
    return [{ field: path, reason: 'FieldValueInvalid', message: `Invalid value: "${type}": ${text}` }];
  });
}
