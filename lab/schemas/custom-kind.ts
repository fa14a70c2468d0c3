import type { KindRef } from '../api.ts';
import type { Column, KindSchema, Schema } from '../apiserver/kind-schema.ts';

/** What a kind of ours says beyond its name. */
export interface CustomKind {
  description: string;
  /** Root properties besides apiVersion, kind and metadata. */
  properties: Record<string, Schema>;
  required?: readonly string[];
  shortNames?: readonly string[];
  categories?: readonly string[];
  columns?: readonly Column[];
  /** Default true. */
  status?: boolean;
  /** Further served versions, each with its own root properties. */
  versions?: Readonly<Record<string, Record<string, Schema>>>;
}

/** A kind that a CRD serves, as `core.serve` takes it. */
export function customKind(ref: KindRef, about: CustomKind): KindSchema {
  const { version, ...kind } = ref;
  const schemaOf = (properties: Record<string, Schema>): Schema => ({
    type: 'object',
    description: about.description,
    properties,
    ...(about.required && { required: about.required }),
  });
  return {
    ...kind,
    ...(about.shortNames && { shortNames: about.shortNames }),
    ...(about.categories && { categories: about.categories }),
    versions: Object.entries({ [version]: about.properties, ...about.versions }).map(([name, properties]) => ({
      name,
      schema: schemaOf(properties),
      status: about.status ?? true,
      columns: about.columns ?? [],
    })),
  };
}

/** A printer column by its JSON path. */
export const column = (name: string, type: Column['type'], jsonPath: string): Column => ({ name, type, jsonPath });
/** The status of one condition. */
export const conditionColumn = (name: string, type: string, field = 'status'): Column =>
  column(name, 'string', `.status.conditions[?(@.type=="${type}")].${field}`);
export const ageColumn = column('Age', 'date', '.metadata.creationTimestamp');
