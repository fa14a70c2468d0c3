import { FaultError } from '../../shared/fault.ts';
import type { Resource } from '../../shared/kube.ts';
import type { Transport } from './transport.ts';

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * Puts every `$ref` into its place. Parts used in several places are one shared object; where a schema holds itself
 * (JSONSchemaProps), the inner one is open: any value.
 */
export function resolveReferences(schema: unknown, schemas: Record<string, unknown>): unknown {
  const done = new Map<string, unknown>();
  const open = new Set<string>();
  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk);
    if (!isSchema(value)) return value;
    if (typeof value.$ref === 'string') {
      const name = value.$ref.replace(/^#\/components\/schemas\//, '');
      if (done.has(name)) return done.get(name);
      if (open.has(name)) return { 'x-kubernetes-preserve-unknown-fields': true };
      open.add(name);
      const found = walk(schemas[name] ?? {});
      open.delete(name);
      done.set(name, found);
      return found;
    }
    const walked: Schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    // `allOf: [one]` is only OpenAPI 3.0's way to put a description or default beside a reference.
    if (!Array.isArray(walked.allOf) || walked.allOf.length !== 1 || !isSchema(walked.allOf[0])) return walked;
    const { allOf, ...beside } = walked;
    return { ...(allOf[0] as Schema), ...beside };
  }
  return walk(schema);
}

interface Index {
  paths?: Record<string, { serverRelativeURL?: string }>;
}
interface Document {
  components?: { schemas?: Record<string, Schema> };
}

/** JSON schema of a kind from /openapi/v3, references resolved; undefined when the server publishes none. */
export async function readSchema(transport: Transport, resource: Resource): Promise<unknown> {
  const { group, version, kind } = resource;
  const get = (path: string) => transport.json({ method: 'GET', path, reads: true });
  try {
    const { paths } = (await get('/openapi/v3')) as Index;
    const path = paths?.[group === '' ? `api/${version}` : `apis/${group}/${version}`]?.serverRelativeURL;
    if (!path) return undefined;
    const { components } = (await get(path)) as Document;
    const schemas = components?.schemas ?? {};
    const found = Object.values(schemas).find((schema) => {
      const kinds = schema['x-kubernetes-group-version-kind'];
      return (
        Array.isArray(kinds) &&
        kinds.some((one: Partial<Resource>) => one.group === group && one.version === version && one.kind === kind)
      );
    });
    return found && resolveReferences(found, schemas);
  } catch (error) {
    // Servers before 1.24, and identities without the right to read it.
    if (error instanceof FaultError && /^kube\.(notFound|forbidden)$/.test(error.fault.code)) return undefined;
    throw error;
  }
}
