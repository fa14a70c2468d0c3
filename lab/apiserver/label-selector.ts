import type { KubeObject } from '../../shared/kube.ts';
import { badRequest } from './errors.ts';

/** Whether an object is selected. */
export type Predicate = (object: KubeObject) => boolean;

const operators = ['=', '==', '!=', '!', '>', '<', '(', ')', ','];
const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const keyText =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const valueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const unreadable = (text: string) => badRequest(`unable to parse requirement: ${text}`);

/** The words of a selector: runs of operator signs, and what stands between them and blanks. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/[=!<>]+|[(),]|[^\s=!<>(),]+/g)].flatMap(([word]) => {
    if (operators.includes(word) || !/^[=!<>]/.test(word)) return [word];
    return word.startsWith('==') || word.startsWith('!=') ? [word.slice(0, 2), word.slice(2)] : [...word];
  });
}

/** Reads one word after the other as apimachinery's labels.Parser does, with its words for what it did not expect. */
export function labelPredicate(text: string | null): Predicate | undefined {
  if (!text?.trim()) return undefined;
  const words = wordsOf(text);
  let at = 0;
  const peek = () => words[at] ?? '';
  const next = () => words[at++] ?? '';
  const isName = (word: string) => word !== '' && !operators.includes(word);

  function operand(): string {
    // Nothing after the operator is the empty value.
    if (peek() === '' || peek() === ',') return '';
    const value = next();
    if (!isName(value)) throw unreadable(`found '${value}', expected: identifier`);
    return value;
  }
  function listOf(): Set<string> {
    if (next() !== '(') throw unreadable(`found '${words[at - 1] ?? ''}', expected: '('`);
    const values = new Set<string>();
    for (;;) {
      if (isName(peek())) values.add(next());
      else values.add('');
      const sign = next();
      if (sign === ')') return values;
      if (sign !== ',') throw unreadable(`found '${sign}', expected: ',' or ')'`);
    }
  }
  function check(key: string, values: Iterable<string>): void {
    if (!labelKey.test(key)) throw unreadable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyText}`);
    for (const value of values)
      if (!labelValue.test(value))
        throw unreadable(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${valueText}`);
  }
  function requirement(): Predicate {
    const absent = peek() === '!';
    if (absent) at += 1;
    const key = next();
    const label = ({ metadata }: KubeObject) => metadata.labels?.[key];
    if (!isName(key)) throw unreadable(`found '${key}', expected: identifier`);
    if (absent || peek() === '' || peek() === ',') {
      check(key, []);
      return (object) => (label(object) === undefined) === absent;
    }
    const operator = next();
    if (operator === 'in' || operator === 'notin') {
      const values = listOf();
      check(key, values);
      return (object) => {
        const value = label(object);
        return (value !== undefined && values.has(value)) === (operator === 'in');
      };
    }
    if (!['=', '==', '!=', '>', '<'].includes(operator)) {
      throw unreadable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const value = operand();
    check(key, [value]);
    if (operator === '>' || operator === '<') {
      if (!/^-?\d+$/.test(value)) {
        const why = "for 'Gt', 'Lt' operators, the value must be an integer";
        throw unreadable(`values[0]: Invalid value: ${JSON.stringify(value)}: ${why}`);
      }
      const sign = operator === '>' ? 1 : -1;
      return (object) => (Number(label(object) ?? Number.NaN) - Number(value)) * sign > 0;
    }
    return (object) => (label(object) === value) !== (operator === '!=');
  }

  const all: Predicate[] = [];
  while (at < words.length) {
    if (!isName(peek()) && peek() !== '!') {
      throw badRequest(`found '${peek()}', expected: !, identifier, or 'end of string'`);
    }
    all.push(requirement());
    const sign = next();
    if (sign !== '' && sign !== ',') throw badRequest(`found '${sign}', expected: ',' or 'end of string'`);
    if (sign === ',' && !isName(peek()) && peek() !== '!') {
      throw badRequest(`found '${peek()}', expected: identifier after ','`);
    }
  }
  return (object) => all.every((one) => one(object));
}
