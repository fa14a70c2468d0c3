import type { KubeObject } from '../../shared/kube.ts';
import { badRequest } from './errors.ts';
import type { Served } from './kind-schema.ts';

export type Predicate = (object: KubeObject) => boolean;

/** Splits at commas that are not inside parentheses. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === ',' && depth === 0) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, text.slice(from)].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

const token = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/;

function requirement(piece: string): Predicate {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(piece);
  if (set) {
    const [, key, operator, list] = set as unknown as [string, string, string, string];
    const values = new Set(list.split(',').map((value) => value.trim()));
    if (operator === 'in') return ({ metadata }) => values.has(metadata.labels?.[key] ?? '\0');
    return ({ metadata }) => !values.has(metadata.labels?.[key] ?? '\0');
  }
  const equal = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(piece);
  if (equal) {
    const [, key, operator, value] = equal as unknown as [string, string, string, string];
    if (operator === '!=') return ({ metadata }) => metadata.labels?.[key] !== value;
    if (operator === '>') return ({ metadata }) => Number(metadata.labels?.[key] ?? Number.NaN) > Number(value);
    if (operator === '<') return ({ metadata }) => Number(metadata.labels?.[key] ?? Number.NaN) < Number(value);
    return ({ metadata }) => metadata.labels?.[key] === value;
  }
  const absent = piece.startsWith('!');
  const key = absent ? piece.slice(1).trim() : piece;
  if (!token.test(key)) {
    throw badRequest(
      `unable to parse requirement: found '${piece}', expected: identifier, in, notin, =, ==, !=, !, <, >`,
    );
  }
  return ({ metadata }) => (metadata.labels?.[key] !== undefined) !== absent;
}

/** A label selector as in `?labelSelector=`; undefined when it is empty. Refused with 400 when it can't be read. */
export function labelPredicate(text: string | null): Predicate | undefined {
  if (!text) return undefined;
  const all = pieces(text).map(requirement);
  return (object) => all.every((one) => one(object));
}

function fieldValue(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === undefined || value === null ? '' : String(value);
}

/** A field selector as in `?fieldSelector=`; undefined when it is empty. Fields the kind does not offer are refused. */
export function fieldPredicate(text: string | null, { kind, version }: Served): Predicate | undefined {
  if (!text) return undefined;
  const all = pieces(text).map((piece): Predicate => {
    const parts = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(piece);
    if (!parts) throw badRequest(`invalid selector: '${text}'; can't understand '${piece}'`);
    const [, path, operator, value] = parts as unknown as [string, string, string, string];
    const known = path === 'metadata.name' || (path === 'metadata.namespace' && kind.namespaced);
    if (!known && !version.selectable?.includes(path)) {
      const reason = `field label not supported: ${path}`;
      throw badRequest(
        kind.builtin
          ? reason
          : `Unable to find "${kind.group}/${version.name}, Resource=${kind.plural}" that match label selector "", field selector "${text}": ${reason}`,
      );
    }
    return (object) => (fieldValue(object, path) === value) === (operator !== '!=');
  });
  return (object) => all.every((one) => one(object));
}

/** Both selectors of a request; undefined when there are none. */
export function predicateOf(query: URLSearchParams, served: Served): Predicate | undefined {
  const labels = labelPredicate(query.get('labelSelector'));
  const fields = fieldPredicate(query.get('fieldSelector'), served);
  if (!labels || !fields) return labels ?? fields;
  return (object) => labels(object) && fields(object);
}
