import type { KubeObject } from '../../shared/kube.ts';
import { badRequest } from './errors.ts';
import type { Served } from './kind-schema.ts';
import { labelPredicate, type Predicate } from './label-selector.ts';

export type { Predicate };

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
      throw badRequest(`field label not supported: ${path}`);
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
