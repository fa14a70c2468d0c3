type Value = unknown;
/** What names in an expression stand for, such as `self` or `object`. */
type Scope = Readonly<Record<string, Value>>;
/** An expression that was understood, to be asked with values. A field that is not there is undefined. */
export type Cel = (scope: Scope) => Value;

const tokens =
  /\s*(has\(|&&|\|\||==|!=|<=|>=|<|>|!|\?|:|\(|\)|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)/y;

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

function read(scope: Scope, path: string): Value {
  let value: Value = scope;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, Value>)[key] : undefined;
  }
  return value;
}

const equal = (a: Value, b: Value): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Of two values of one sort, numbers or texts; anything else is in no order. */
function ordered(a: Value, b: Value, sign: string): boolean {
  const alike = (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  if (!alike) return false;
  if (sign === '<') return a < b;
  if (sign === '<=') return a <= b;
  return sign === '>' ? a > b : a >= b;
}

/**
 * The part of CEL that KMM's kinds and usual condition rules are written in: `?:`, `||`, `&&`, comparisons, `!`, parentheses, has(),
 * paths from one of `roots`, and literals. Undefined for anything else.
 */
export function compileCel(text: string, roots: readonly string[]): Cel | undefined {
  const list = lex(text);
  if (!list) return undefined;
  let at = 0;
  const choice = (): Cel => {
    const test = either();
    if (list[at] !== '?') return test;
    at += 1;
    const yes = choice();
    if (list[at++] !== ':') throw new SyntaxError('a choice has no second part');
    const no = choice();
    return (scope) => (test(scope) === true ? yes(scope) : no(scope));
  };
  const either = (): Cel => {
    let left = both();
    while (list[at] === '||') {
      at += 1;
      const [first, second] = [left, both()];
      left = (scope) => first(scope) === true || second(scope) === true;
    }
    return left;
  };
  const both = (): Cel => {
    let left = compared();
    while (list[at] === '&&') {
      at += 1;
      const [first, second] = [left, compared()];
      left = (scope) => first(scope) === true && second(scope) === true;
    }
    return left;
  };
  const compared = (): Cel => {
    const left = single();
    const sign = list[at];
    if (sign === undefined || !['==', '!=', '<', '<=', '>', '>='].includes(sign)) return left;
    at += 1;
    const right = single();
    if (sign === '==' || sign === '!=') return (scope) => equal(left(scope), right(scope)) === (sign === '==');
    return (scope) => ordered(left(scope), right(scope), sign);
  };
  const single = (): Cel => {
    const token = list[at++];
    if (token === undefined) throw new SyntaxError('the expression ends too early');
    if (token === '!') {
      const inner = single();
      return (scope) => inner(scope) !== true;
    }
    if (token === '(' || token === 'has(') {
      const path = list[at] ?? '';
      const inner = choice();
      if (list[at++] !== ')') throw new SyntaxError('a parenthesis is missing');
      return token === '(' ? inner : (scope) => read(scope, path) !== undefined;
    }
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (/^['"]/.test(token)) return () => token.slice(1, -1);
    if (/^-?\d/.test(token)) return () => Number(token);
    if (roots.includes(token.split('.')[0] ?? '')) return (scope) => read(scope, token);
    throw new SyntaxError(`${token} was not expected`);
  };
  try {
    const term = choice();
    return at === list.length ? term : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
