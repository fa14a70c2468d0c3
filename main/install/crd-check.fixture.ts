import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';

const folder = join(import.meta.dirname, '../../../shared/data/crds');
/** Upstream's CRDs lie beside the project, for tests only. */
export const haveCrds = existsSync(folder);

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  maxLength?: number;
  minItems?: number;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
}

/** What upstream's structural schema says against an object, path by path; no schema for its kind throws. */
export function complaints(object: KubeObject): string[] {
  const schema = schemas().get(`${object.apiVersion} ${object.kind}`);
  if (!schema) throw new Error(`no CRD for ${object.apiVersion} ${object.kind}`);
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
  return check({ ...schema, properties: { ...schema.properties, metadata: {} } }, rest, '').filter(
    (line) => !/^\.(metadata|apiVersion|kind): missing/.test(line),
  );
}

let loaded: Map<string, Schema> | undefined;
function schemas(): Map<string, Schema> {
  loaded ??= new Map(
    ['acm', 'ocm', 'olm'].flatMap((group) =>
      readdirSync(join(folder, group)).flatMap((file) => {
        const { spec } = parse(readFileSync(join(folder, group, file), 'utf8')) as {
          spec: {
            group: string;
            names: { kind: string };
            versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
          };
        };
        return spec.versions.map(
          ({ name, schema }) => [`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema] as const,
        );
      }),
    ),
  );
  return loaded;
}

function check(schema: Schema, value: unknown, path: string): string[] {
  const found: string[] = [];
  if (schema.enum && !schema.enum.includes(value)) found.push(`${path}: ${JSON.stringify(value)} is not allowed`);
  if (typeof value === 'string') {
    if (schema.type && schema.type !== 'string') found.push(`${path}: not a ${schema.type}`);
    if (schema.maxLength !== undefined && value.length > schema.maxLength) found.push(`${path}: too long`);
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) found.push(`${path}: ${value} !~ ${schema.pattern}`);
  } else if (Array.isArray(value)) {
    if (schema.type && schema.type !== 'array') found.push(`${path}: not a ${schema.type}`);
    if (value.length < (schema.minItems ?? 0)) found.push(`${path}: too few`);
    for (const [at, item] of value.entries())
      if (schema.items) found.push(...check(schema.items, item, `${path}[${at}]`));
  } else if (typeof value === 'object' && value !== null) {
    if (schema.type && schema.type !== 'object') found.push(`${path}: not a ${schema.type}`);
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`${path}.${name}: missing`);
    for (const [name, inner] of Object.entries(value)) {
      const known =
        schema.properties?.[name] ??
        (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (known) found.push(...check(known, inner, `${path}.${name}`));
      else if (!schema['x-kubernetes-preserve-unknown-fields']) found.push(`${path}.${name}: unknown field`);
    }
  } else if (schema.type && schema.type !== typeof value && !(schema.type === 'integer' && Number.isInteger(value))) {
    found.push(`${path}: not a ${schema.type}`);
  }
  return found;
}
