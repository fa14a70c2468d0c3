import type { KubeObject } from '../../shared/kube.ts';

/** A structural schema: apiextensions.k8s.io/v1 JSONSchemaProps, as far as CRDs use them. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: readonly string[];
  default?: unknown;
  nullable?: boolean;
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  not?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-validations'?: readonly unknown[];
}

/** A column of `kubectl get`: a CRD's additionalPrinterColumns, or for built-in kinds a function of the object. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description?: string;
  /** 0 is always shown, more only with `-o wide`. */
  priority?: number;
  jsonPath?: string;
  cell?: (object: KubeObject, now: number) => unknown;
}

/** One served version of a kind. */
export interface VersionSchema {
  name: string;
  schema: Schema;
  /** Has a status subresource: the main path then ignores `status`, and `/status` all else. */
  status: boolean;
  columns?: readonly Column[];
  /** Fields besides metadata.name and metadata.namespace that field selectors know, as JSON paths: `spec.nodeName`. */
  selectable?: readonly string[];
  served?: boolean;
}

/** Everything the server knows of a kind. Shared by reference between cores: never changed once made. */
export interface KindSchema {
  group: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  singular?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  /** The stored version first. Others differ in apiVersion only (conversion None). */
  versions: readonly VersionSchema[];
  /** Part of the server rather than a CRD: unknown fields are kept where the schema is open, strategic merge works. */
  builtin?: boolean;
  /** Whether metadata.generation is kept; CRDs always do. */
  generation?: boolean;
}

/** `managedclusters.cluster.open-cluster-management.io`, `nodes`: as errors and CRD names have it. */
export const resourceName = (kind: Pick<KindSchema, 'group' | 'plural'>): string =>
  kind.group ? `${kind.plural}.${kind.group}` : kind.plural;

/** `v1`, `apps/v1`. */
export const apiVersionOf = (group: string, version: string): string => (group ? `${group}/${version}` : version);

/** A kind in one of its versions. */
export interface Served {
  kind: KindSchema;
  version: VersionSchema;
}
