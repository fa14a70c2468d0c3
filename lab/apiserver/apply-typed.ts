import type { KubeObject } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import type { Schema, Served } from './kind-schema.ts';
import { isRecord } from './same.ts';

/** As Go's %#v and %v print a value of structured-merge-diff. */
const asGo = (value: unknown) => `&value.valueUnstructured{Value:${JSON.stringify(value)}}`;
const plain = (value: unknown): string =>
  isRecord(value)
    ? `map[${Object.keys(value)
        .sort()
        .map((key) => `${key}:${plain(value[key])}`)
        .join(' ')}]`
    : String(value);
const printed = (value: unknown) => `&{${plain(value)}}`;
const goType = (value: unknown) => (typeof value === 'boolean' ? 'bool' : typeof value);

function scalarFault(value: unknown, type: string | undefined): string | undefined {
  if (type === 'string' && typeof value !== 'string') return `expected string, got ${asGo(value)}`;
  if (type === 'boolean' && typeof value !== 'boolean') return `expected boolean, got ${printed(value)}`;
  const numeric = type === 'integer' || type === 'number';
  if (numeric && typeof value !== 'number') return `expected numeric (int or float), got ${goType(value)}`;
  return undefined;
}

function* listFaults(list: readonly unknown[], schema: Schema, path: string): Generator<string> {
  const keys = schema['x-kubernetes-list-map-keys'];
  const isSet = schema['x-kubernetes-list-type'] === 'set';
  const seen = new Set<string>();
  for (const [at, item] of list.entries()) {
    let id = isSet ? `=${JSON.stringify(item)}` : '';
    if (keys) {
      const named = keys.filter(
        (key) => isRecord(item) && (item[key] ?? schema.items?.properties?.[key]?.default) !== undefined,
      );
      if (named.length === 0) {
        const all = keys.map((key) => JSON.stringify(key)).join(' ');
        yield `${path}: element ${at}: associative list with keys has an element that omits all key fields [${all}] (and doesn't have default values for any key fields)`;
        continue;
      }
      id = named.map((key) => `${key}=${JSON.stringify((item as Record<string, unknown>)[key])}`).join(',');
    }
    if (id) {
      if (seen.has(id)) yield `${path}: duplicate entries for key [${id}]`;
      seen.add(id);
    }
    if (schema.items) yield* faults(item, schema.items, id ? `${path}[${id}]` : `${path}[${at}]`, false);
  }
}

function* faults(value: unknown, schema: Schema, path: string, root: boolean): Generator<string> {
  if (value === null || value === undefined || schema['x-kubernetes-int-or-string']) return;
  const { properties, additionalProperties: more, items } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-embedded-resource'];
  if (properties || typeof more === 'object') {
    if (!isRecord(value)) return void (yield `${path}: expected map, got ${printed(value)}`);
    for (const key of Object.keys(value)) {
      if (root && ['apiVersion', 'kind', 'metadata'].includes(key)) continue;
      const inner = properties?.[key] ?? (typeof more === 'object' ? more : undefined);
      if (inner) yield* faults(value[key], inner, `${path}.${key}`, false);
      else if (!open) yield `${path}.${key}: field not declared in schema`;
    }
  } else if (items) {
    if (Array.isArray(value)) yield* listFaults(value, schema, path);
    else yield `${path}: expected list, got ${printed(value)}`;
  } else {
    const fault = scalarFault(value, schema.type);
    if (fault) yield `${path}: ${fault}`;
  }
}

/** Refuses an applied configuration that does not fit the schema's types, as structured-merge-diff does: with a bare 500. */
export function checkTyped({ kind, version }: Served, config: KubeObject, namespace = ''): void {
  const found = [...faults(config, version.schema, '', true)];
  if (found.length === 0) return;
  const of = `${namespace}/${config.metadata.name}; ${config.apiVersion}, Kind=${kind.kind}`;
  const text = found.length === 1 ? found[0] : `errors:\n${found.map((one) => `  ${one}`).join('\n')}`;
  throw new ApiError(500, '', `failed to create typed patch object (${of}): ${text}`);
}
