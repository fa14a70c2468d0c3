import type { Schema } from '../apiserver/kind-schema.ts';

/** Short words for structural schemas, so that a kind reads like its API page. */
export const string: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const int32: Schema = { type: 'integer', format: 'int32' };
export const int64: Schema = { type: 'integer', format: 'int64' };
export const boolean: Schema = { type: 'boolean' };
export const dateTime: Schema = { type: 'string', format: 'date-time' };
export const intOrString: Schema = { 'x-kubernetes-int-or-string': true };
export const strings: Schema = { type: 'array', items: string };
export const stringMap: Schema = { type: 'object', additionalProperties: string };
/** Any object; nothing in it is checked or pruned. */
export const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
/** An object of which only some fields are described; the others are kept as they come. */
export const partly = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  ...object(properties, ...required),
  'x-kubernetes-preserve-unknown-fields': true,
});
export const list = (items: Schema, extra: Schema = {}): Schema => ({ type: 'array', items, ...extra });
export const atomicList = (items: Schema): Schema => list(items, { 'x-kubernetes-list-type': 'atomic' });
export const setOf = (items: Schema): Schema => list(items, { 'x-kubernetes-list-type': 'set' });
export const listBy = (keys: string | readonly string[], items: Schema): Schema =>
  list(items, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [keys].flat() });
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const described = (description: string, schema: Schema): Schema => ({ ...schema, description });

/** meta/v1 LabelSelector. */
export const labelSelector: Schema = {
  ...object({
    matchLabels: stringMap,
    matchExpressions: atomicList(
      object({ key: string, operator: string, values: atomicList(string) }, 'key', 'operator'),
    ),
  }),
  'x-kubernetes-map-type': 'atomic',
};

/** meta/v1 Condition as controller-gen writes its schema. */
export const condition: Schema = object(
  {
    type: { type: 'string', maxLength: 316 },
    status: oneOf('True', 'False', 'Unknown'),
    reason: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
    message: { type: 'string', maxLength: 32768 },
    lastTransitionTime: dateTime,
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
  },
  'type',
  'status',
  'reason',
  'message',
  'lastTransitionTime',
);
export const conditions: Schema = listBy('type', condition);
export const nameReference: Schema = {
  ...object({ name: { type: 'string', default: '' } }),
  'x-kubernetes-map-type': 'atomic',
};
/** core/v1 ObjectReference. */
export const objectReference: Schema = {
  ...object({
    apiVersion: string,
    fieldPath: string,
    kind: string,
    name: string,
    namespace: string,
    resourceVersion: string,
    uid: string,
  }),
  'x-kubernetes-map-type': 'atomic',
};
/** core/v1 Toleration. */
export const toleration: Schema = object({
  effect: string,
  key: string,
  operator: string,
  tolerationSeconds: int64,
  value: string,
});
/** Any whole Kubernetes object inside of another. */
export const embedded: Schema = { ...open, 'x-kubernetes-embedded-resource': true };
