import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Schema } from './lint-schema.ts';
import { documentedSpec } from './module-schema.ts';

/**
 * The schema of ManagedClusterModule.spec as each hub serves it, read once for each connection; before that (or offline since
 * the start) the documented one. `newer`: KMM after 2.6.0, told by `dra` in its schema (kmm.md 0).
 */
export function createSchemaBook() {
  const served = new Map<string, Schema>();
  return {
    of(hub: string): { schema: Schema; newer: boolean } {
      const schema = served.get(hub) ?? documentedSpec;
      return { schema, newer: schema.properties?.moduleSpec?.properties?.dra !== undefined };
    },
    /** Reads it from the hub; undefined when the hub serves no such kind or publishes no schema. */
    async read(hub: string, client: KubeClient): Promise<Schema | undefined> {
      const whole = (await client.schema(resources.ManagedClusterModule)) as Schema | undefined;
      const spec = whole?.properties?.spec;
      if (spec) served.set(hub, spec);
      else served.delete(hub);
      return spec;
    },
  };
}
export type SchemaBook = ReturnType<typeof createSchemaBook>;
