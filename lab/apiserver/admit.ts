import type { KubeObject } from '../../shared/kube.ts';
import { builtinDefaults } from './builtin-defaults.ts';
import type { WriteContext } from './context.ts';
import { definitionFaults } from './custom-definition.ts';
import { badRequest, type FieldFault, invalid } from './errors.ts';
import type { Schema, Served } from './kind-schema.ts';
import { metadataFaults } from './names.ts';
import { structured } from './validation/structure.ts';
import { validate } from './validation/validate.ts';

const withRules = new WeakMap<Schema, boolean>();

/** Whether any CEL rule stands in the schema. */
function hasRules(schema: Schema): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const { properties, items, additionalProperties: more } = schema;
  const found =
    (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
    Object.values(properties ?? {}).some(hasRules) ||
    (items !== undefined && hasRules(items)) ||
    (typeof more === 'object' && hasRules(more));
  withRules.set(schema, found);
  return found;
}

const blocking = new Set(['FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid']);
const unchecked: FieldFault = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** What is done about fields the schema does not know: silence, a warning for each, or a refusal. */
function report(
  { kind, version }: Served,
  unknown: readonly string[],
  { fieldValidation, warnings }: WriteContext,
): void {
  if (unknown.length === 0) return;
  const texts = [...unknown].sort().map((path) => `unknown field ${JSON.stringify(path)}`);
  if (fieldValidation === 'Strict') {
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}: strict decoding error: ${texts.join(', ')}`,
    );
  }
  if (fieldValidation === 'Warn') warnings?.push(...texts);
}

/** A JSON value's type as Go's decoder names it. */
const goType = (value: unknown) =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
const metaFields = new Set(
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields'.split(
    ' ',
  ),
);
const knownFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function warnOfFinalizers(
  { metadata }: KubeObject,
  previous: KubeObject | undefined,
  { warnings }: WriteContext,
): void {
  if (!warnings || metadata.finalizers === previous?.metadata.finalizers) return;
  for (const one of metadata.finalizers ?? []) {
    if (one.includes('/') || knownFinalizers.has(one)) continue;
    warnings.push(
      `metadata.finalizers: ${JSON.stringify(one)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
    );
  }
}

const leftOut = ['ownerReferences', 'finalizers'] as const;

/** Without empty lists of metadata: the real server's metadata has no place for them. */
function withoutEmpty(object: KubeObject): KubeObject {
  const empty = leftOut.filter((field) => {
    const value: unknown = object.metadata[field];
    return Array.isArray(value) && value.length === 0;
  });
  if (empty.length === 0) return object;
  const metadata = { ...object.metadata };
  for (const field of empty) delete metadata[field];
  return { ...object, metadata };
}

/** The object as it may be stored: pruned, defaulted and checked. Refused as Invalid with all causes. */
export function admit(
  served: Served,
  object: KubeObject,
  previous: KubeObject | undefined,
  context: WriteContext,
): KubeObject {
  const { kind, version } = served;
  const { schema } = version;
  const unknown: string[] = [];
  let next = withoutEmpty(structured(object, schema, previous, (path) => unknown.push(path)) as KubeObject);
  if (!kind.builtin)
    for (const key of Object.keys(object.metadata)) if (!metaFields.has(key)) unknown.push(`metadata.${key}`);
  report(served, unknown, context);
  warnOfFinalizers(next, previous, context);
  if (kind.builtin) next = builtinDefaults(kind, next, previous);
  for (const field of ['labels', 'annotations'] as const) {
    const wrong = Object.values(next.metadata[field] ?? {}).find((value: unknown) => typeof value !== 'string');
    if (wrong === undefined) continue;
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}: json: cannot unmarshal ${goType(wrong)} into Go struct field ObjectMeta.${field} of type string`,
    );
  }
  const faults = metadataFaults(kind, next, previous);
  if (kind.builtin && kind.kind === 'CustomResourceDefinition') faults.push(...definitionFaults(next));
  const own = validate(next, schema, previous, '');
  if (kind.builtin && own[0]?.reason === 'FieldValueTypeInvalid') {
    const { field, message } = own[0];
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}: json: cannot unmarshal ${message.split('"')[1]} into Go struct field ${kind.kind}.${field}`,
    );
  }
  faults.push(...own);
  if (own.some(({ reason }) => blocking.has(reason)) && hasRules(schema)) faults.push(unchecked);
  if (faults.length > 0) throw invalid(kind, next.metadata.name!, faults);
  return next;
}
